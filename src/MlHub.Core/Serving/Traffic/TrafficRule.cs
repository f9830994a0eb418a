namespace MlHub.Serving.Traffic;

/// <summary>What a rule does with the requests to an endpoint.</summary>
public enum TrafficKind
{
    /// <summary>Another version answers a share of the requests.</summary>
    Split,

    /// <summary>The same, until it fails more often or answers slower than allowed: then none.</summary>
    Canary,

    /// <summary>Another version is asked a copy of a share of the requests; its answers are compared and nobody waits for them.</summary>
    Shadow,
}

/// <summary>How a rule fares.</summary>
public enum TrafficState
{
    Running,

    /// <summary>Taken back by itself; <see cref="TrafficRule.Reason"/> says why.</summary>
    RolledBack,

    /// <summary>Ended by a person, or because the endpoint leads to the version itself now.</summary>
    Ended,
}

/// <summary>Requests to a stage or alias of a model that another version than the registry's has to do with.</summary>
public sealed class TrafficRule
{
    public long Id { get; init; }
    public required long ModelId { get; init; }

    /// <summary>A stage, or an alias with an @ before it.</summary>
    public required string Selector { get; init; }
    public required TrafficKind Kind { get; init; }

    /// <summary>The number of the version within the model.</summary>
    public required int Version { get; init; }

    /// <summary>Of the endpoint's requests, from 0 to 100.</summary>
    public required double Percent { get; set; }

    /// <summary>Of a canary: taken back when more of its requests than this fail, in percent.</summary>
    public double? MostErrorPercent { get; set; }

    /// <summary>Of a canary: taken back when the 95th percentile of its latency is above this.</summary>
    public double? MostMilliseconds { get; set; }

    /// <summary>Of a canary: not judged before it has answered so many.</summary>
    public int? LeastRequests { get; set; }
    public required TrafficState State { get; set; }
    public string? Reason { get; set; }
    public required Guid CreatedBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>What was found out meanwhile, such as how the answers of a shadow compare: a JSON object.</summary>
    public string FindingsJson { get; set; } = "{}";
}
