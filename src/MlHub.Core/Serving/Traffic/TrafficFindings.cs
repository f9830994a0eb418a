using System.Text.Json;

namespace MlHub.Serving.Traffic;

/// <summary>What belongs to a rule beside its columns: how it is laid out, and what was found out meanwhile.</summary>
public sealed record TrafficFindings
{
    /// <summary>Of a split or canary: which keys it has.</summary>
    public IReadOnlyList<SlotRange> Slots { get; init; } = [];

    /// <summary>Why a manager set the stage's policy aside for it.</summary>
    public string? OverrideReason { get; init; }

    /// <summary>Of a shadow: how its answers compare.</summary>
    public ShadowFindings? Shadow { get; init; }

    /// <summary>How the rule's version and the registry's fared, as the node saw it that ended the rule.</summary>
    public SideNumbers? Candidate { get; init; }
    public SideNumbers? Present { get; init; }

    public static TrafficFindings Of(TrafficRule rule) => JsonSerializer.Deserialize<TrafficFindings>(rule.FindingsJson, JsonSerializerOptions.Web) ?? new();

    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);
}

/// <summary>How one version fared.</summary>
/// <param name="Requests">Since the rule was begun, or since this node was started.</param>
/// <param name="Recent">Of the latest requests, of which the other numbers tell.</param>
/// <param name="Failed">Answers of 5xx, and requests that were not answered.</param>
/// <param name="Refused">Answers of 4xx.</param>
/// <param name="P50">Milliseconds; 0 without requests.</param>
/// <param name="P95">Milliseconds.</param>
public sealed record SideNumbers(long Requests, int Recent, int Failed, int Refused, double P50, double P95)
{
    public static readonly SideNumbers None = new(0, 0, 0, 0, 0, 0);
}
