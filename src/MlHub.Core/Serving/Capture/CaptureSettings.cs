using System.Text.Json;
using MlHub.Tracking;

namespace MlHub.Serving.Capture;

/// <summary>Which of a model's requests are kept.</summary>
/// <param name="Share">Of all requests, from 0 to 1; 0 is none.</param>
/// <param name="Days">How long they are kept.</param>
/// <param name="RedactedColumns">Names of inputs and outputs whose values are never stored.</param>
public sealed record CaptureSettings(double Share, int Days, IReadOnlyList<string> RedactedColumns)
{
    public static readonly CaptureSettings Off = new(0, 7, []);

    internal static CaptureSettings Of(ModelServing? serving) =>
        serving is null ? Off : new(serving.CaptureShare, serving.CaptureDays, JsonSerializer.Deserialize<List<string>>(serving.RedactedColumnsJson) ?? []);

    /// <exception cref="HubException">Invalid, naming the parameter.</exception>
    internal CaptureSettings Checked()
    {
        Require(Share is >= 0 and <= 1, "share", "it must be from 0 to 100, in percent.");
        Require(Days is >= 1 and <= Limits.CaptureDays, "days", $"it must be from 1 to {Limits.CaptureDays}.");
        Require(RedactedColumns.Count <= Limits.RedactedColumns, "redacted_columns", $"at most {Limits.RedactedColumns} names are taken.");
        foreach (var name in RedactedColumns)
        {
            LogRules.CheckLength(name, Limits.RedactedColumnName, "redacted_columns");
            Require(!string.IsNullOrWhiteSpace(name) && !name.Any(char.IsControl), "redacted_columns", "a name must not be blank nor hold control characters.");
        }

        return this with { RedactedColumns = [.. RedactedColumns.Select(n => n.Trim()).Distinct(StringComparer.OrdinalIgnoreCase)] };
    }

    internal void Apply(ModelServing serving) =>
        (serving.CaptureShare, serving.CaptureDays, serving.RedactedColumnsJson) = (Share, Days, JsonSerializer.Serialize(RedactedColumns));

    private static void Require(bool holds, string parameter, string rule)
    {
        if (!holds)
        {
            throw HubException.Invalid($"Invalid value for parameter '{parameter}' supplied: {rule}");
        }
    }
}
