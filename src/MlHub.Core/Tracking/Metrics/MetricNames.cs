namespace MlHub.Tracking.Metrics;

/// <summary>What a metric's name gives away, where nobody said what it means.</summary>
public static class MetricNames
{
    private static readonly string[] TellingWords = ["val", "eval", "valid", "test", "loss", "rmse", "acc", "auc", "f1"];

    /// <summary>The larger, the sooner people want to see the metric.</summary>
    public static int Telling(string key) => TellingWords.Count(w => key.Contains(w, StringComparison.OrdinalIgnoreCase));

    public static bool IsOfSystem(string key) => key.StartsWith("system/", StringComparison.Ordinal);
}
