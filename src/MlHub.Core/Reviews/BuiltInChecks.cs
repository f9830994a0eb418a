using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Registry;

namespace MlHub.Reviews;

/// <summary>The checks that MlHub runs itself. A row that is pending waits for the <c>BuiltInCheckWorker</c>.</summary>
public static class BuiltInChecks
{
    public const string Prefix = "mlhub/";
    public const string Schema = "mlhub/schema";
    public const string Metrics = "mlhub/metrics";
    public const string Integrity = "mlhub/integrity";
    public const string Signature = "mlhub/signature";
    public const string Reporter = "mlhub";

    public static readonly IReadOnlyList<string> All = [Integrity, Metrics, Schema, Signature];

    /// <summary>Those that hold a version against the one now in a stage.</summary>
    private static readonly string[] Comparing = [Schema, Metrics];

    /// <summary>Asks for all of them when somebody asks for a stage that counts.</summary>
    internal static Task LookAtAsync(this HubDb db, ModelVersion version, Stage to, DateTimeOffset now, CancellationToken cancel) =>
        to.IsLive() ? db.LookAtAsync(version, now, cancel) : Task.CompletedTask;

    internal static async Task<List<Check>> LookAtAsync(this HubDb db, ModelVersion version, DateTimeOffset now, CancellationToken cancel)
    {
        var known = await db.Checks.Where(c => c.VersionId == version.Id && c.Name.StartsWith(Prefix)).ToListAsync(cancel);
        known.ForEach(c => (c.State, c.UpdatedAt) = (CheckState.Pending, now));
        var missing = All.Where(n => known.All(c => c.Name != n)).Select(n => new Check
        {
            VersionId = version.Id,
            Name = n,
            State = CheckState.Pending,
            ReportedBy = Reporter,
            CreatedAt = now,
            UpdatedAt = now,
        }).ToList();
        db.AddRange(missing);
        return [.. known, .. missing];
    }

    /// <summary>Versions that wait for one of these stages are to be held against what is there, or against its rules, anew.</summary>
    internal static async Task LookAgainAsync(this HubDb db, long modelId, IReadOnlyList<Stage> stages, DateTimeOffset now, CancellationToken cancel)
    {
        var waiting = db.TransitionRequests.Where(r => r.State == RequestState.Open && stages.Contains(r.ToStage))
            .Join(db.ModelVersions.Where(v => v.ModelId == modelId), r => r.VersionId, v => v.Id, (_, v) => v.Id);
        foreach (var check in await db.Checks.Where(c => Comparing.Contains(c.Name) && waiting.Contains(c.VersionId)).ToListAsync(cancel))
        {
            (check.State, check.UpdatedAt) = (CheckState.Pending, now);
        }
    }
}
