using MlHub.Protocol.Serving;
using MlHub.Serving.Batch;
using MlHub.Web.Api;

namespace MlHub.Web.Serving;

/// <summary>Between batch jobs and their messages.</summary>
public static class BatchMapping
{
    private const string Csv = "csv", JsonLines = "jsonl";

    public static BatchSource ToSource(BatchSourceMessage? source, string? format, string? output, bool? keepInputs) => source is null ? throw Needed.Missing("source") : new()
    {
        RunId = Some(source.RunId),
        Path = Some(source.Path),
        Url = Some(source.Url),
        Format = Some(format) is { } known ? Form(known, "format") : null,
        Output = Form(Some(output) ?? JsonLines, "output_format"),
        KeepInputs = keepInputs ?? false,
    };

    /// <exception cref="HubException">Invalid for what is no id, as for one that there is not.</exception>
    public static Guid Id(string? text, string field) => Guid.TryParse(Needed.Text(text, field), out var id) ? id : throw HubException.NotFound($"There is no such {field[..^3]}.");

    public static BatchJobMessage ToMessage(this BatchReport report)
    {
        var job = report.Job;
        return new(
            $"{job.Id}", report.Model, job.Selector, job.Version is { } version ? $"{version}" : null, job.Digest, report.Source.ToMessage(), report.Source.Format?.ToWire(), report.Source.Output.ToWire(),
            report.Source.KeepInputs, job.State.ToString().ToUpperInvariant(), job.Reason, job.Rows, job.RefusedRows, job.BytesRead, job.BytesInAll, report.OutputBytes, report.Creator,
            job.CreatedAt.ToUnixTimeMilliseconds(), job.StartedAt?.ToUnixTimeMilliseconds(), job.FinishedAt?.ToUnixTimeMilliseconds(), job.ScheduleId is { } schedule ? $"{schedule}" : null);
    }

    public static BatchScheduleMessage ToMessage(this BatchScheduleReport report) => new(
        $"{report.Schedule.Id}", report.Model, report.Schedule.Name, report.Schedule.Cron, report.Schedule.IsPaused, [.. report.Next.Select(t => t.ToUnixTimeMilliseconds())], report.Schedule.Selector,
        report.Source.ToMessage(), report.Source.Format?.ToWire(), report.Source.Output.ToWire(), report.Source.KeepInputs, report.Creator, report.Schedule.CreatedAt.ToUnixTimeMilliseconds());

    public static BatchFileMessage ToMessage(this BatchFile file) => new(file.Digest is null ? BatchSource.ShownAddress(file.Name) : file.Name, file.Form.ToWire(), file.Digest, file.Bytes, file.Tag);

    public static string ToWire(this BatchForm form) => form == BatchForm.Csv ? Csv : JsonLines;

    private static BatchSourceMessage ToMessage(this BatchSource source) => new(source.RunId, source.Path, source.Url);

    private static BatchForm Form(string text, string field) => text.ToUpperInvariant() switch
    {
        "CSV" => BatchForm.Csv,
        "JSONL" => BatchForm.JsonLines,
        _ => throw HubException.Invalid($"Invalid value '{MlHub.Tracking.LogRules.Shown(text)}' for parameter '{field}' supplied: it must be '{Csv}' or '{JsonLines}'."),
    };

    private static string? Some(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
