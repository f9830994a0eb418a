namespace ModelGate.Hub;

// What the bot reads of the hub's answers; fields that it does not need are left out.

/// <summary>The status is PENDING_REGISTRATION until the files are there, then READY.</summary>
public sealed record ModelVersion(string Name, string Version, string UserId, string CurrentStage, string Status);

/// <summary>How the second version differs from the first, which callers use.</summary>
public sealed record Comparison(IReadOnlyList<MetricChange> Metrics, SchemaChange Schema);

/// <summary>Null where a version's run did not log it.</summary>
public sealed record MetricChange(string Name, double? From, double? To);

/// <summary>The verdict is IDENTICAL, COMPATIBLE, BREAKING or, where a version has no signature, UNKNOWN.</summary>
public sealed record SchemaChange(string Verdict, IReadOnlyList<FieldChange> Inputs, IReadOnlyList<FieldChange> Outputs, IReadOnlyList<FieldChange> Params)
{
    public IEnumerable<FieldChange> Breaking => Inputs.Concat(Outputs).Concat(Params).Where(f => f.Verdict == "BREAKING");

    /// <summary>Columns that callers send and the new version does not take.</summary>
    public IEnumerable<string> MissingColumns => Inputs.Where(f => f.Change == "REMOVED").Select(f => f.Name);
}

/// <summary>ADDED, REMOVED, CHANGED or MOVED, with the reason for its verdict.</summary>
public sealed record FieldChange(string Name, string Change, string Verdict, string Reason);

/// <summary>pending, passed or failed; details are Markdown.</summary>
public sealed record CheckReport(string Check, string State, string Summary, string Details);

internal sealed record VersionAnswer(ModelVersion ModelVersion);

internal sealed record VersionsAnswer(IReadOnlyList<ModelVersion>? ModelVersions);

internal sealed record CommentsAnswer(IReadOnlyList<Comment>? Comments);

internal sealed record Comment(string Text)
{
    [System.Text.Json.Serialization.JsonPropertyName("comment")]
    public string Text { get; init; } = Text;
}

internal sealed record RequestsAnswer(IReadOnlyList<OpenRequest>? Requests);

internal sealed record OpenRequest(string ToStage);

internal sealed record Refusal(string? ErrorCode, string? Message);
