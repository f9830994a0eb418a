using Microsoft.EntityFrameworkCore;
using MlHub.Access;

namespace MlHub.Registry;

/// <summary>A version that something became, and the stage it is in.</summary>
public record Registration(VersionKey Key, Stage Stage);

/// <summary>A version that was made from a run.</summary>
public sealed record RunRegistration(string RunId, VersionKey Key, Stage Stage, string? Folder) : Registration(Key, Stage);

/// <summary>Tells which versions came from a run, as far as the caller may read their models.</summary>
public sealed class RunRegistrations(HubDbFactory hub)
{
    private const int Most = 500;

    /// <summary>Newest first.</summary>
    public async Task<ILookup<string, RunRegistration>> OfAsync(Caller caller, IReadOnlyList<string> runIds, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var found = await (
            from version in db.ModelVersions
            where runIds.Contains(version.RunId!)
            join model in db.RegisteredModels.ReadableBy(db, caller) on version.ModelId equals model.Id
            orderby version.CreatedAt descending, version.Id descending
            select new { version.RunId, model.Name, version.Number, version.Stage, version.SourcePath }).Take(Most).ToListAsync(cancel);
        return found.ToLookup(v => v.RunId!, v => new RunRegistration(v.RunId!, new(v.Name, v.Number), v.Stage, v.SourcePath));
    }
}
