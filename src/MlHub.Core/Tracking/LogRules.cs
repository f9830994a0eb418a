using System.Text.RegularExpressions;
using MlHub.Tracking.Metrics;

namespace MlHub.Tracking;

/// <summary>What may be logged: MLflow's rules for keys, values and batch sizes, in MLflow's words.</summary>
public static partial class LogRules
{
    public const string RunNameTag = "mlflow.runName";

    /// <summary>What is stored of it: values that are too long are cut, as by MLflow's server, so that no training ends for them.</summary>
    /// <exception cref="HubException">Invalid for all else that may not be logged.</exception>
    public static RunLog Checked(RunLog log)
    {
        Check(log);
        return log.Params.Any(p => p.Value.Length > Limits.ParamValue) || log.Tags.Any(t => t.Value.Length > Limits.TagValue)
            ? log with { Params = Cut(log.Params, Limits.ParamValue), Tags = Cut(log.Tags, Limits.TagValue) }
            : log;
    }

    private static void Check(RunLog log)
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
            CheckKey(log.Params[i].Key, $"params[{i}].key");
        }

        RequireUnique(log.Params);

        for (var i = 0; i < log.Tags.Count; i++)
        {
            CheckKey(log.Tags[i].Key, $"tags[{i}].key");
            if (log.Tags[i].Key == RunNameTag)
            {
                CheckLength(log.Tags[i].Value, Limits.RunName, $"tags[{i}].value");
            }
        }
    }

    /// <summary>A key may be grouped with slashes but must not look like a way out of a folder.</summary>
    public static void CheckKey(string key, string parameter)
    {
        CheckLength(key, Limits.Key, parameter);
        if (!AllowedKey().IsMatch(key))
        {
            throw HubException.Invalid(
                $"Invalid value \"{Shown(key)}\" for parameter '{parameter}' supplied: Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).");
        }

        if (key.StartsWith('/') || key.Contains("//", StringComparison.Ordinal) || key.EndsWith('/') || key.Split('/').Any(s => s is "." or ".."))
        {
            throw HubException.Invalid(
                $"Invalid value \"{Shown(key)}\" for parameter '{parameter}' supplied: Names may be treated as files in certain cases, and must not resolve to other names when treated as such.");
        }
    }

    /// <summary>Refused in the words of both MLflow 2 and 3.</summary>
    /// <param name="value">What was sent.</param>
    /// <param name="limit">How many characters it may have.</param>
    /// <param name="parameter">The field that it was sent in.</param>
    /// <param name="called">What MLflow calls it, where that is not the field's name.</param>
    public static void CheckLength(string value, int limit, string parameter, string? called = null)
    {
        if (value.Length > limit)
        {
            throw HubException.Invalid(
                $"Invalid value \"{Shown(value)}\" for parameter '{parameter}' supplied: {called ?? $"'{parameter}'"} exceeds the maximum length of {limit} characters: it had length {value.Length}, which exceeded length limit of {limit}.");
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
            CheckKey(metric.Key, $"metrics[{index}].name");
        }

        if (metric.Timestamp < 0)
        {
            throw HubException.Invalid(
                $"Invalid value {metric.Timestamp} for parameter 'metrics[{index}].timestamp' supplied: Timestamp must be a nonnegative long (64-bit integer), in milliseconds since the UNIX epoch.");
        }
    }

    private static void RequireUnique(IReadOnlyList<KeyValuePair<string, string>> parameters)
    {
        if (parameters.Count > 1 && parameters.GroupBy(p => p.Key).Where(g => g.Count() > 1).Select(g => $"'{Shown(g.Key)}'").ToList() is { Count: > 0 } doubled)
        {
            throw HubException.Invalid(
                $"Duplicate parameter keys have been submitted: [{string.Join(", ", doubled)}]. Please ensure the request contains only one param value per param key.");
        }
    }

    private static List<KeyValuePair<string, string>> Cut(IReadOnlyList<KeyValuePair<string, string>> values, int limit) =>
        [.. values.Select(v => KeyValuePair.Create(v.Key, v.Value.Length <= limit ? v.Value : v.Value[..(char.IsHighSurrogate(v.Value[limit - 1]) ? limit - 1 : limit)]))];

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
