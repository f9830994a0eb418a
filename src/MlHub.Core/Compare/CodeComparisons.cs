using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Artifacts;
using MlHub.Registry;
using MlHub.Reproduce;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;

namespace MlHub.Compare;

/// <summary>What a run's code and environment are held against.</summary>
public enum CodeBaseline
{
    /// <summary>The run that it is nested in.</summary>
    Parent,

    /// <summary>The run of its experiment that has the best value of a metric.</summary>
    Best,

    /// <summary>The version in Production of the model that the run, or else its experiment, made.</summary>
    Production,
}

/// <summary>A run's code and environment beside another's.</summary>
/// <param name="Run">The other run; null for a version whose run the caller may not read.</param>
/// <param name="Version">The version, where it is one in Production.</param>
public sealed record CodeComparison(CodeBaseline Baseline, RelatedRun? Run, VersionKey? Version, IReadOnlyList<ValueDifference> Code, IReadOnlyList<ValueDifference> Environment);

/// <summary>Lays the code and the environment of a run beside those of the run it came from, of the best and of what is in Production.</summary>
public sealed class CodeComparisons(HubDbFactory hub, IBlobStore blobs)
{
    /// <summary>Null where there is no such other run or version, or none that the caller may read.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="runId">The run.</param>
    /// <param name="against">What it is held against.</param>
    /// <param name="metric">By which the best is told: it needs a direction that its name tells.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <exception cref="HubException">NotFound where the run is absent or unreadable.</exception>
    public async Task<CodeComparison?> OfAsync(Caller caller, string runId, CodeBaseline against, string? metric, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var run = (await RunSearches.FoundAsync(db, caller, runId, cancel)).Details;
        if (against == CodeBaseline.Production)
        {
            return await ProductionAsync(db, caller, run, cancel);
        }

        var readable = db.Experiments.ReadableBy(db, caller);
        var key = against == CodeBaseline.Parent
            ? Parent(run) is { } parent ? await db.Runs.Where(r => r.RunId == parent && readable.Any(e => e.Id == r.ExperimentId)).Select(r => (long?)r.Key).FirstOrDefaultAsync(cancel) : null
            : await BestAsync(db, run.Run.ExperimentId, metric, cancel);
        if (key is null || key == run.Run.Key || await RunReader.ReadAsync(db, [key.Value], cancel) is not [var other])
        {
            return null;
        }

        var (_, environment) = await RunEnvironments.OfAsync(db, blobs, other.Run, cancel);
        return await LaidAsync(db, run, against, Related(other.Run), null, other.Details.Tags, environment, cancel);
    }

    /// <summary>The metrics of the run by which a best run can be told, those that tell most first.</summary>
    public static IReadOnlyList<string> Judging(RunDetails run) =>
        [.. run.Metrics.Select(m => m.Key).Where(k => !MetricNames.IsOfSystem(k) && MetricRules.DirectionOf(k) != MetricDirection.Unknown).OrderByDescending(MetricNames.Telling).ThenBy(k => k.Length).ThenBy(k => k, StringComparer.Ordinal)];

    private async Task<CodeComparison> LaidAsync(
        HubDb db, RunDetails run, CodeBaseline against, RelatedRun? other, VersionKey? version, IReadOnlyList<KeyValuePair<string, string>> tags, Dictionary<string, string> environment, CancellationToken cancel)
    {
        var (_, own) = await RunEnvironments.OfAsync(db, blobs, run.Run, cancel);
        return new(against, other, version, [.. VersionComparisons.Join(CodeFacts.Of(run.Tags), CodeFacts.Of(tags))], [.. VersionComparisons.Join(own, environment)]);
    }

    /// <summary>What a version's run logged belongs to the version: whoever may read the model may read it.</summary>
    private async Task<CodeComparison?> ProductionAsync(HubDb db, Caller caller, RunDetails run, CancellationToken cancel)
    {
        var models = db.RegisteredModels.ReadableBy(db, caller);
        var runId = run.Run.RunId;
        var found = await (
            from version in db.ModelVersions.AsNoTracking()
            where version.Stage == Stage.Production
            join model in models on version.ModelId equals model.Id
            let isOwn = db.ModelVersions.Any(v => v.ModelId == model.Id && v.RunId == runId)
            where isOwn || db.Runs.Any(r => r.RunId == version.RunId && r.ExperimentId == run.Run.ExperimentId)
            orderby isOwn descending, version.StageChangedAt descending, version.Id descending
            select new { Version = version, model.Name }).FirstOrDefaultAsync(cancel);
        if (found is null || found.Version.RunId == runId)
        {
            return null;
        }

        var content = await VersionContent.ReadAsync(db, blobs, found.Version, cancel);
        var readable = db.Experiments.ReadableBy(db, caller);
        var other = content.Run?.Run is { } made && await readable.AnyAsync(e => e.Id == made.ExperimentId, cancel) ? Related(made) : null;
        return await LaidAsync(db, run, CodeBaseline.Production, other, new(found.Name, found.Version.Number), content.Tags, await content.EnvironmentAsync(blobs, cancel), cancel);
    }

    private static Task<long?> BestAsync(HubDb db, long experimentId, string? metric, CancellationToken cancel)
    {
        var direction = metric is null ? MetricDirection.Unknown : MetricRules.DirectionOf(metric);
        var series = db.MetricSeries.Where(s => s.ExperimentId == experimentId && s.Key == metric && s.Kind == MetricKind.Number && db.Runs.Any(r => r.Key == s.RunKey && !r.IsDeleted));
        return direction switch
        {
            MetricDirection.LowerIsBetter => series.OrderBy(s => s.Value).ThenBy(s => s.RunKey).Select(s => (long?)s.RunKey).FirstOrDefaultAsync(cancel),
            MetricDirection.HigherIsBetter => series.OrderByDescending(s => s.Value).ThenBy(s => s.RunKey).Select(s => (long?)s.RunKey).FirstOrDefaultAsync(cancel),
            _ => Task.FromResult<long?>(null),
        };
    }

    private static string? Parent(RunDetails run) => run.Tags.FirstOrDefault(t => t.Key == RunFamilies.ParentTag).Value;

    private static RelatedRun Related(Run run) => new(run.RunId, run.ExperimentId, run.Name, run.Status, run.StartTime);
}
