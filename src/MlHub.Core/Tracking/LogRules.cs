using System.Text.RegularExpressions;
using MlHub.Tracking.Metrics;

namespace MlHub.Tracking;

/// <summary>What may be logged: MLflow's rules for keys, values and batch sizes, in MLflow's words.</summary>
public static partial class LogRules
{
    public const string RunNameTag = "mlflow.runName";

    public static void Check(RunLog log)
    {
        RequireAtMost(log.Metrics.Count, Limits.MetricsPerBatch, "metrics");
        RequireAtMost(log.Params.Count, Limits.ParamsPerBatch, "params");
        RequireAtMost(log.Tags.Count, Limits.TagsPerBatch, "tags");
        RequireAtMost(log.Metrics.Count + log.Params.Count + log.Tags.Count, Limits.EntitiesPerBatch, "metrics, params, and tags");
        for (var i = 0; i < log.Metrics.Count; i++)
        {
            CheckMetric(log.Metrics[i], i);
        }

        for (var i = 0; i < log.Params.Count; i++)
        {
            CheckKey(log.Params[i].Key, "params", i);
            CheckLength(log.Params[i].Value, Limits.ParamValue, $"params[{i}].value");
        }

        for (var i = 0; i < log.Tags.Count; i++)
        {
            CheckTag(log.Tags[i], i);
        }
    }

    public static void CheckTag(KeyValuePair<string, string> tag, int index = 0)
    {
        CheckKey(tag.Key, "tags", index);
        CheckLength(tag.Value, tag.Key == RunNameTag ? Limits.RunName : Limits.TagValue, $"tags[{index}].value");
    }

    /// <summary>A key may be grouped with slashes but must not look like a way out of a folder.</summary>
    public static void CheckKey(string key, string list, int index = 0)
    {
        CheckLength(key, Limits.Key, $"{list}[{index}].key");
        if (!AllowedKey().IsMatch(key))
        {
            throw HubException.Invalid(
                $"Invalid value \"{Shown(key)}\" for parameter '{list}[{index}].key' supplied: Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).");
        }

        if (key.StartsWith('/') || key.Contains("//", StringComparison.Ordinal) || key.EndsWith('/') || key.Split('/').Any(s => s is "." or ".."))
        {
            throw HubException.Invalid(
                $"Invalid value \"{Shown(key)}\" for parameter '{list}[{index}].key' supplied: Names may be treated as files in certain cases, and must not resolve to other names when treated as such.");
        }
    }

    public static void CheckLength(string value, int limit, string parameter)
    {
        if (value.Length > limit)
        {
            throw HubException.Invalid(
                $"Invalid value \"{Shown(value)}\" for parameter '{parameter}' supplied: '{parameter}' exceeds the maximum length of {limit} characters; it has {value.Length}.");
        }
    }

    /// <summary>For what is made with its tags or params at once.</summary>
    public static void CheckCount(int count, string list)
    {
        if (count > Limits.EntitiesPerBatch)
        {
            throw HubException.Invalid($"Invalid value for parameter '{list}' supplied: at most {Limits.EntitiesPerBatch} at once; there are {count}.");
        }
    }

    /// <summary>What a refusal repeats of a value that was sent.</summary>
    public static string Shown(string value) => value.Length <= 60 ? value : value[..60] + "...";

    private static void CheckMetric(Metric metric, int index)
    {
        // The common case of a short plain key is decided without the pattern.
        if (metric.Key.Length is 0 or > Limits.Key || !metric.Key.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
        {
            CheckKey(metric.Key, "metrics", index);
        }

        if (metric.Timestamp < 0)
        {
            throw HubException.Invalid(
                $"Invalid value {metric.Timestamp} for parameter 'metrics[{index}].timestamp' supplied: Timestamp must be a nonnegative long (64-bit integer), in milliseconds since the UNIX epoch.");
        }
    }

    private static void RequireAtMost(int count, int limit, string what)
    {
        if (count > limit)
        {
            throw HubException.Invalid(
                $"A batch logging request can contain at most {limit} {what}. Got {count} {what}. Please split up {what} across multiple requests and try again.");
        }
    }

    [GeneratedRegex(@"^[/\w.\- :]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex AllowedKey();
}
