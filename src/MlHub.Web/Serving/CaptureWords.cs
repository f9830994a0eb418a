using MlHub.Serving.Capture;
using MlHub.Web.Ui;

namespace MlHub.Web.Serving;

/// <summary>What there is to say of a change of settings, and of requests that were to be kept and are not.</summary>
internal static class CaptureWords
{
    /// <summary>Null where nothing is kept that was stored under another redaction.</summary>
    public static string? Note(CaptureReport before, CaptureReport after) =>
        after.Requests > 0 && after.Settings.RedactedColumns.Except(before.Settings.RedactedColumns, StringComparer.OrdinalIgnoreCase).Any()
            ? $"{Format.Count(after.Requests)} {(after.Requests == 1 ? "request was" : "requests were")} kept before this redaction and {(after.Requests == 1 ? "stays as it was" : "stay as they were")}. Delete them if they hold what is to be redacted."
            : null;

    /// <summary>How many were not kept, and why. Null where all were.</summary>
    public static string? NotKept(CaptureReport report)
    {
        var malformed = "malformed, such as rows with more or fewer values than columns" + (report.Settings.RedactedColumns.Count > 0 ? ", or not certain to be free of what is redacted" : "");
        List<string> parts =
        [
            .. new[]
            {
                (report.Counts.Unclear, malformed), (report.Counts.TooLarge, $"larger than {Limits.CapturedBytes / 1024} KB"), (report.Counts.Crowded, "too many at once"),
            }.Where(c => c.Item1 > 0).Select(c => $"{Format.Count(c.Item1)} {c.Item2}"),
        ];
        return parts.Count == 0 ? null : $"Not kept since the hub started: {string.Join("; ", parts)}.";
    }
}
