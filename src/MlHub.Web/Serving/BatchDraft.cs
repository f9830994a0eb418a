using MlHub.Serving.Batch;

namespace MlHub.Web.Serving;

/// <summary>Where the rows of a job come from.</summary>
public enum BatchOrigin
{
    Computer,
    Run,
    Address,
}

/// <summary>A file that was brought from a computer.</summary>
/// <param name="Name">As it is called there.</param>
/// <param name="Bytes">How long it is.</param>
/// <param name="Path">Where it is kept among the caller's own files.</param>
public sealed record BroughtFile(string Name, long Bytes, string Path);

/// <summary>What the form for a batch job holds.</summary>
public sealed class BatchDraft
{
    public string Selector { get; set; } = "";
    public BatchOrigin Origin { get; set; }
    public BroughtFile? File { get; set; }

    /// <summary>A run's, or a logged model's.</summary>
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

    /// <summary>Whether it says enough to be looked at. An address is asked only where somebody wants it.</summary>
    public bool CanBeLookedAt => Origin switch
    {
        BatchOrigin.Computer => File is not null,
        BatchOrigin.Run => RunId.Trim().Length > 0 && Path.Trim().Length > 0,
        _ => false,
    };

    /// <exception cref="HubException">Invalid where something is missing.</exception>
    public BatchSource ToSource() => BatchMapping.ToSource(
        Origin switch
        {
            BatchOrigin.Computer => new(null, (File ?? throw HubException.Invalid("Choose a file first.")).Path, null),
            BatchOrigin.Run => new(Text(RunId, "Name a run."), Text(Path, "Name a file or folder of the run."), null),
            _ => new(null, null, Text(Url, "Name an address.")),
        },
        Format, Output, KeepInputs);

    /// <summary>Of the schedule.</summary>
    /// <exception cref="HubException">Invalid where there is none.</exception>
    public string ToTitle() => Text(Title, "Name the schedule.");

    /// <exception cref="HubException">Invalid where there are none.</exception>
    public string ToTimes() => Text(Cron, "Say at which times the schedule begins a job.");

    private static string Text(string text, string missing) => string.IsNullOrWhiteSpace(text) ? throw HubException.Invalid(missing) : text.Trim();
}
