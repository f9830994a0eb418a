using MlHub.Serving.Batch;

namespace MlHub.Web.Serving;

/// <summary>What the form for a batch job holds.</summary>
public sealed class BatchDraft
{
    public string Selector { get; set; } = "";

    /// <summary>Whether the rows come from an address rather than from a run's files.</summary>
    public bool IsWeb { get; set; }

    public string RunId { get; set; } = "";
    public string Path { get; set; } = "";
    public string Url { get; set; } = "";

    /// <summary>Empty where the name says it.</summary>
    public string Format { get; set; } = "";
    public string Output { get; set; } = "jsonl";
    public bool KeepInputs { get; set; }
    public bool IsScheduled { get; set; }
    public string Title { get; set; } = "";
    public string Cron { get; set; } = "";

    /// <exception cref="HubException">Invalid where something is missing.</exception>
    public BatchSource ToSource() => BatchMapping.ToSource(
        IsWeb ? new(null, null, Text(Url, "Name an address.")) : new(Text(RunId, "Name a run."), Text(Path, "Name a file or folder of the run."), null), Format, Output, KeepInputs);

    /// <summary>Of the schedule.</summary>
    /// <exception cref="HubException">Invalid where there is none.</exception>
    public string ToTitle() => Text(Title, "Name the schedule.");

    /// <exception cref="HubException">Invalid where there are none.</exception>
    public string ToTimes() => Text(Cron, "Say at which times the schedule begins a job.");

    private static string Text(string text, string missing) => string.IsNullOrWhiteSpace(text) ? throw HubException.Invalid(missing) : text.Trim();
}
