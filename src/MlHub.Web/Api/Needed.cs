using System.Globalization;

namespace MlHub.Web.Api;

/// <summary>Fields a call cannot do without, refused in MLflow's words.</summary>
public static class Needed
{
    public static string Text(string? value, string field) =>
        string.IsNullOrEmpty(value) ? throw Missing(field) : value;

    public static T Value<T>(T? value, string field)
        where T : struct =>
        value ?? throw Missing(field);

    /// <summary>A list that is not empty, without null.</summary>
    public static List<string> Entries(List<string>? texts, string field) =>
        texts is { Count: > 0 } ? [.. texts.Select(t => t ?? throw Missing(field))] : throw Missing(field);

    /// <summary>An entry of a list, where clients may have sent null.</summary>
    public static T Entry<T>(T? entry, string field)
        where T : class =>
        entry ?? throw Missing(field);

    /// <summary>A text that may be empty but not absent.</summary>
    public static string Present(string? value, string field) => value ?? throw Missing(field);

    public static string RunId(string? runId, string? runUuid) => Text(string.IsNullOrEmpty(runId) ? runUuid : runId, "run_id");

    public static List<string> RunIds(IReadOnlyList<string?>? ids) => [.. Entry(ids, "run_ids").Select(id => Text(id, "run_ids"))];

    /// <exception cref="HubException">Invalid for what is no number.</exception>
    public static long ExperimentId(string? id) =>
        long.TryParse(Text(id, "experiment_id"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw HubException.Invalid($"Invalid experiment ID: '{MlHub.Tracking.LogRules.Shown(id!)}'. Experiment ID must be a valid integer.");

    public static HubException Missing(string field) =>
        HubException.Invalid($"Missing value for required parameter '{field}'. See the API docs for more information about request parameters.");
}
