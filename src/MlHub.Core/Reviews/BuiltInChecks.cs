using Microsoft.EntityFrameworkCore;
using MlHub.Registry;
using MlHub.Serving.Duels;

namespace MlHub.Reviews;

/// <summary>The checks that MlHub runs itself. A row that is pending waits for the <c>BuiltInCheckWorker</c>.</summary>
public static class BuiltInChecks
{
    public const string Prefix = "mlhub/";
    public const string Schema = "mlhub/schema";
    public const string Metrics = "mlhub/metrics";
    public const string Integrity = "mlhub/integrity";
    public const string Signature = "mlhub/signature";
    public const string Duel = "mlhub/shadow-duel";
    public const string Reporter = "mlhub";

    /// <summary>Those that need nothing but the version.</summary>
    public static readonly IReadOnlyList<string> Always = [Integrity, Metrics, Schema, Signature];

    public static readonly IReadOnlyList<string> All = [.. Always, Duel];

    /// <summary>Those that hold a version against the one now in a stage.</summary>
    private static readonly string[] Comparing = [Schema, Metrics, Duel];

    /// <summary>Asks for all of them when somebody asks for a stage that counts; for a duel where there are requests that could be replayed.</summary>
    internal static async Task LookAtAsync(this HubDb db, ModelVersion version, Stage to, DateTimeOffset now, CancellationToken cancel)
    {
        if (to.IsLive())
        {
            await db.LookAtAsync(version, now, cancel);
            if (await db.InStageAsync(version, to, cancel) is { } present && await db.CapturedRequests.AnyAsync(c => c.VersionId == present.Id && c.Status == 200, cancel))
            {
                await db.OrderDuelAsync(version, null, now, cancel);
            }
        }
    }

    /// <summary>Asks for a duel; without an order as the last one was, or as is usual.</summary>
    internal static async Task<Check> OrderDuelAsync(this HubDb db, ModelVersion version, DuelOrder? order, DateTimeOffset now, CancellationToken cancel)
    {
        var check = await db.Checks.FirstOrDefaultAsync(c => c.VersionId == version.Id && c.Name == Duel, cancel)
            ?? db.Add(new Check { VersionId = version.Id, Name = Duel, State = CheckState.Pending, ReportedBy = Reporter, CreatedAt = now, UpdatedAt = now }).Entity;
        (check.State, check.ReportedBy, check.UpdatedAt) = (CheckState.Pending, Reporter, now);
        check.Details = order is null && check.Details.Length > 0 ? check.Details : new DuelReport(order ?? new(null), null).Block;
        return check;
    }

    /// <summary>The stage that was asked for last, or else Production.</summary>
    internal static async Task<Stage> TargetOfAsync(this HubDb db, ModelVersion version, CancellationToken cancel) =>
        await db.TransitionRequests.OpenOf(version.Id).Where(r => r.ToStage == Stage.Staging || r.ToStage == Stage.Production)
            .OrderByDescending(r => r.Id).Select(r => (Stage?)r.ToStage).FirstOrDefaultAsync(cancel) ?? Stage.Production;

    /// <summary>The version that is in a stage, other than this one.</summary>
    internal static Task<ModelVersion?> InStageAsync(this HubDb db, ModelVersion version, Stage stage, CancellationToken cancel) =>
        db.ModelVersions.AsNoTracking().Where(v => v.ModelId == version.ModelId && v.Stage == stage && v.Id != version.Id).OrderByDescending(v => v.Number).FirstOrDefaultAsync(cancel);

    internal static async Task<List<Check>> LookAtAsync(this HubDb db, ModelVersion version, DateTimeOffset now, CancellationToken cancel)
    {
        var known = await db.Checks.Where(c => c.VersionId == version.Id && c.Name.StartsWith(Prefix)).ToListAsync(cancel);
        known.ForEach(c => (c.State, c.UpdatedAt) = (CheckState.Pending, now));
        var missing = Always.Where(n => known.All(c => c.Name != n)).Select(n => new Check
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
