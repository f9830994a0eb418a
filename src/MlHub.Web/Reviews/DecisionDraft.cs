namespace MlHub.Web.Reviews;

/// <summary>What somebody is about to say of a request. It outlives the request, since nobody's words are thrown away because another was faster.</summary>
public sealed class DecisionDraft
{
    public string Comment { get; set; } = "";
    public string Reason { get; set; } = "";
    public bool ArchiveExisting { get; set; } = true;
    public bool Overrides { get; set; }
    public bool IsBusy { get; set; }
    public string? Refusal { get; set; }

    public bool IsWorthKeeping => !string.IsNullOrWhiteSpace(Comment) || !string.IsNullOrWhiteSpace(Reason) || Refusal is not null;
}
