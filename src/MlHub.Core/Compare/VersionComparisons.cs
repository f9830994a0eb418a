using MlHub.Access;
using MlHub.Artifacts;
using MlHub.DataVersions;
using MlHub.Explanations;
using MlHub.Registry;
using MlHub.Reviews;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;

namespace MlHub.Compare;

/// <summary>Lays two versions side by side.</summary>
public sealed class VersionComparisons(HubDbFactory hub, IBlobStore blobs, TableVersions tables, ExplanationReader explanations, ExplanationWorker computed)
{
    /// <summary>Needs the right to read both models, and no more: see <see cref="VersionContent"/>.</summary>
    public async Task<VersionComparison> CompareAsync(Caller caller, VersionKey candidate, VersionKey baseline, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var after = await db.VersionAsync(caller, candidate, RegistryPermission.Read, cancel);
        var before = await db.VersionAsync(caller, baseline, RegistryPermission.Read, cancel);
        var policy = await db.PolicyOrNullAsync(after.Model.Id, before.Version.Stage, cancel) ?? new();
        var one = await VersionContent.ReadAsync(db, blobs, after.Version, cancel);
        var other = await VersionContent.ReadAsync(db, blobs, before.Version, cancel);
        return new(
            Side(after, one),
            Side(before, other),
            SchemaRules.Compare(other.Model, one.Model).Under(policy),
            Metrics(one.Run, other.Run, policy.Metrics),
            [.. Join(Params(one.Run), Params(other.Run))],
            await DataDifferences.OfAsync(one.Run, other.Run, tables, cancel),
            Files(one.Files, other.Files),
            [.. Join(await one.EnvironmentAsync(blobs, cancel), await other.EnvironmentAsync(blobs, cancel))],
            [.. Join(CodeFacts.Of(one.Tags), CodeFacts.Of(other.Tags))],
            ExplanationComparison.Of(await ExplainedAsync(db, after.Version, cancel), await ExplainedAsync(db, before.Version, cancel)));
    }

    /// <summary>By name; what the machine measured of itself is left out. Rules may say how a metric is to be read.</summary>
    internal static List<MetricDelta> Metrics(RunDetails? candidate, RunDetails? baseline, IReadOnlyList<MetricRule> rules, double tolerance = 0)
    {
        return [.. Join(Values(candidate), Values(baseline), (name, after, before) => Delta(name, after, before))];

        MetricDelta Delta(string name, double? after, double? before)
        {
            var rule = rules.FirstOrDefault(r => r.Metric == name);
            var direction = rule?.LowerIsBetter switch
            {
                true => MetricDirection.LowerIsBetter,
                false => MetricDirection.HigherIsBetter,
                null => MetricRules.DirectionOf(name),
            };
            var trend = after is { } a && before is { } b ? MetricRules.Trend(a, b, direction, rule?.Tolerance ?? tolerance) : MetricTrend.Unknown;
            return new(name, after, before, direction, trend);
        }
    }

    private static ComparedVersion Side(FoundVersion found, VersionContent content) => new(
        found.Key, found.Version.Stage, content.Run?.Run.RunId ?? found.Version.RunId, content.Files.Sum(f => f.Size), content.Model is { Signature.Count: > 0 }, content.Run is { Metrics.Count: > 0 });

    private static Dictionary<string, double?> Values(RunDetails? run) =>
        run?.Metrics.Where(m => !MetricNames.IsOfSystem(m.Key)).ToDictionary(m => m.Key, m => (double?)m.Value) ?? [];

    private static Dictionary<string, string> Params(RunDetails? run) => run?.Params.ToDictionary(p => p.Key, p => p.Value) ?? [];

    private static List<FileDifference> Files(IReadOnlyList<ModelVersionFile> candidate, IReadOnlyList<ModelVersionFile> baseline)
    {
        return [.. Join(ByPath(candidate), ByPath(baseline), (path, after, before) => new FileDifference(
            path, after?.Size, before?.Size, new ValueDifference(path, after?.Digest, before?.Digest).Kind))];

        static Dictionary<string, ModelVersionFile> ByPath(IReadOnlyList<ModelVersionFile> files) => files.ToDictionary(f => f.Path);
    }

    private async Task<ExplainedSide?> ExplainedAsync(HubDb db, ModelVersion version, CancellationToken cancel) =>
        await ExplainedSide.ReadOrNullAsync(explanations, computed, await ExplanationFiles.OfVersionAsync(db, version, cancel), cancel);

    internal static IEnumerable<ValueDifference> Join(Dictionary<string, string> candidate, Dictionary<string, string> baseline) =>
        Join(candidate, baseline, (key, after, before) => new ValueDifference(key, after, before));

    /// <summary>All keys of both sides in order, each with what either side has.</summary>
    private static IEnumerable<TResult> Join<TKey, TValue, TResult>(
        Dictionary<TKey, TValue> candidate, Dictionary<TKey, TValue> baseline, Func<TKey, TValue?, TValue?, TResult> result)
        where TKey : notnull =>
        candidate.Keys.Union(baseline.Keys).OrderBy(k => k.ToString(), StringComparer.Ordinal)
            .Select(k => result(k, candidate.GetValueOrDefault(k), baseline.GetValueOrDefault(k)));
}
