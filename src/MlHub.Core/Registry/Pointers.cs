using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Artifacts;
using MlHub.Tracking;

namespace MlHub.Registry;

/// <summary>Keeps what registered versions came from: it is neither changed nor deleted, and the refusal names what points at it.</summary>
internal static class Pointers
{
    private const int Named = 3;

    /// <summary>Refuses where there are any of these versions. Models that the caller may not read are not named.</summary>
    /// <exception cref="HubException">Conflict.</exception>
    public static async Task RequireNoneAsync(HubDb db, Caller caller, IQueryable<ModelVersion> versions, string refused, CancellationToken cancel)
    {
        if (!await versions.AnyAsync(cancel))
        {
            return;
        }

        var readable = await versions
            .Join(db.RegisteredModels.ReadableBy(db, caller), v => v.ModelId, m => m.Id, (v, m) => new { m.Name, v.Number })
            .OrderBy(v => v.Name).ThenBy(v => v.Number).Take(Named + 1).ToListAsync(cancel);
        var names = readable.Take(Named).Select(v => $"model '{LogRules.Shown(v.Name)}' version {v.Number}").DefaultIfEmpty("a registered model version");
        throw HubException.Conflict($"{refused}: {string.Join(", ", names)}{(readable.Count > Named ? " and others" : "")} came from it.");
    }

    /// <summary>The versions that came from runs or logged models of an experiment.</summary>
    public static IQueryable<ModelVersion> FromExperiment(HubDb db, long experimentId) => db.ModelVersions.Where(v =>
        db.Runs.Any(r => r.Key == v.SourceRunKey && r.ExperimentId == experimentId)
        || db.LoggedModels.Any(m => m.Key == v.LoggedModelKey && m.ExperimentId == experimentId));

    /// <summary>Refuses to write a file, or to delete a file or folder, that a version was registered from.</summary>
    public static Task RequireNotFrozenAsync(HubDb db, Caller caller, ArtifactOwner owner, ArtifactPath path, CancellationToken cancel)
    {
        List<string> above = ["", .. path.Folders, path.Value];
        var below = path.Prefix;
        var from = owner.Registered(db).Where(v => v.SourcePath != null && (above.Contains(v.SourcePath) || v.SourcePath.StartsWith(below)));
        return RequireNoneAsync(db, caller, from, $"'{path}' of {owner.Named} is frozen", cancel);
    }
}
