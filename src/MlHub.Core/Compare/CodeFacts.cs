namespace MlHub.Compare;

/// <summary>Where a run's code came from, as MLflow's clients tag it.</summary>
public static class CodeFacts
{
    private static readonly (string Tag, string Name)[] Known =
    [
        ("mlflow.source.name", "source"),
        ("mlflow.project.entryPoint", "entry point"),
        ("mlflow.source.git.repoURL", "repository"),
        ("mlflow.source.git.branch", "branch"),
        ("mlflow.source.git.commit", "commit"),
    ];

    public static Dictionary<string, string> Of(IReadOnlyList<KeyValuePair<string, string>> tags)
    {
        var values = tags.ToDictionary(t => t.Key, t => t.Value);
        return Known.Where(k => values.ContainsKey(k.Tag)).ToDictionary(k => k.Name, k => values[k.Tag]);
    }
}
