using MlHub.Serving.Capture;
using MlHub.Web.Ui;

namespace MlHub.Web.Serving;

/// <summary>What there is to say of a change of settings.</summary>
internal static class CaptureWords
{
    /// <summary>Null where nothing is kept that was stored under another redaction.</summary>
    public static string? Note(CaptureReport before, CaptureReport after) =>
        after.Requests > 0 && after.Settings.RedactedColumns.Except(before.Settings.RedactedColumns, StringComparer.OrdinalIgnoreCase).Any()
            ? $"{Format.Count(after.Requests)} {(after.Requests == 1 ? "request was" : "requests were")} kept before this redaction and {(after.Requests == 1 ? "stays as it was" : "stay as they were")}. Delete them if they hold what is to be redacted."
            : null;
}
