namespace MlHub.Reviews;

/// <summary>How a check stands. The numbers are stored.</summary>
public enum CheckState : short
{
    Pending = 0,
    Passed = 1,
    Failed = 2,
}

/// <summary>A named verdict on a model version, written by a bot or by MlHub itself (names that begin with <c>mlhub/</c>).</summary>
public sealed class Check
{
    public long Id { get; init; }
    public required long VersionId { get; init; }
    public required string Name { get; init; }
    public required CheckState State { get; set; }
    public string Summary { get; set; } = "";

    /// <summary>Markdown.</summary>
    public string Details { get; set; } = "";
    public string? Link { get; set; }
    public required string ReportedBy { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    /// <summary>Of one of MlHub's own that is being worked on, up to half a minute ahead: until then nobody else takes it up.</summary>
    public required DateTimeOffset UpdatedAt { get; set; }
}
