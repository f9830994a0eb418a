using System.Globalization;
using MlHub.DataVersions;
using MlHub.Tracking;

namespace MlHub.Lineage;

/// <summary>What one run itself says it came from: data and code.</summary>
internal static class LineageSources
{
    private const int ShortCommit = 10;

    public static IEnumerable<LineageNode> Of(RunDetails run)
    {
        foreach (var data in RunData.Of(run).Take(Limits.LineageBreadth))
        {
            var version = data.Source.Version?.ToString(CultureInfo.InvariantCulture);
            yield return data.Dataset is { } dataset
                ? new(new(LineageKind.Dataset, dataset.Digest), dataset.Name, version is null ? data.Source.Kind : $"{data.Source.Kind}, version {version}") { ExperimentId = dataset.ExperimentId }
                : new(new(LineageKind.Table, $"{data.Source.Place}@{version}"), data.Name, version is null ? data.Source.Kind : $"version {version}") { ExperimentId = run.Run.ExperimentId };
        }

        if (Tag("mlflow.source.git.commit") is { } commit)
        {
            var repository = Tag("mlflow.source.git.repoURL");
            yield return new(new(LineageKind.Code, commit), Tag("mlflow.source.name") ?? "code", commit[..Math.Min(ShortCommit, commit.Length)]) { Repository = repository, Commit = commit };
        }
        else if (Tag("mlflow.source.name") is { } source)
        {
            yield return new(new(LineageKind.Code, source), source, Tag("mlflow.source.type") is "NOTEBOOK" ? "notebook" : "no commit is known");
        }

        string? Tag(string key) => run.Tags.FirstOrDefault(t => t.Key == key).Value is { Length: > 0 } value ? value : null;
    }
}
