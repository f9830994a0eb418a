using MlHub.Registry;
using MlHub.Tracking;

namespace MlHub.Serving.Traffic;

/// <summary>What somebody wants of the requests to an endpoint.</summary>
public sealed record TrafficDraft
{
    private const double ErrorPercent = 5;
    private const int Requests = 20;

    /// <summary>A stage, or an alias with an @ before it.</summary>
    public required string Endpoint { get; init; }
    public required TrafficKind Kind { get; init; }
    public required int Version { get; init; }

    /// <summary>From 0 to 100.</summary>
    public required double Percent { get; init; }

    /// <summary>Of a canary; without either limit more than 5 % of failures are too many.</summary>
    public double? MostErrorPercent { get; init; }
    public double? MostMilliseconds { get; init; }

    /// <summary>Of a canary; 20 where nothing is said.</summary>
    public int? LeastRequests { get; init; }

    /// <summary>Why a manager sets the stage's policy aside.</summary>
    public string? OverrideReason { get; init; }

    /// <summary>The same, with each value within its bounds and the endpoint under its proper name.</summary>
    /// <exception cref="HubException">Invalid, naming the parameter.</exception>
    internal TrafficDraft Checked()
    {
        LogRules.CheckLength(Endpoint, Limits.ServingSelector, "endpoint");
        LogRules.CheckLength(OverrideReason ?? "", Limits.OverrideReason, "override_reason");
        Require(Percent is >= 0 and <= 100, "percent", "It must be from 0 to 100");
        var isCanary = Kind == TrafficKind.Canary;
        Require(isCanary || (MostErrorPercent ?? MostMilliseconds ?? LeastRequests) is null, "kind", "Only a canary has limits");
        Require(MostErrorPercent is null or (>= 0 and <= 100), "max_error_percent", "It must be from 0 to 100");
        Require(MostMilliseconds is null or (> 0 and <= 3_600_000), "max_latency_ms", "It must be above 0 and at most 3600000");
        Require(LeastRequests is null or (>= 1 and <= TrialCalls.Most), "min_requests", $"It must be from 1 to {TrialCalls.Most}");
        return this with
        {
            Endpoint = Selector(Endpoint),
            MostErrorPercent = isCanary ? MostErrorPercent ?? (MostMilliseconds is null ? ErrorPercent : null) : null,
            LeastRequests = isCanary ? LeastRequests ?? Requests : null,
        };
    }

    private static string Selector(string endpoint) => endpoint.StartsWith('@') ? endpoint
        : Stages.ParseOrNull(endpoint) is { } stage && stage.IsLive() ? $"{stage}"
        : throw HubException.Invalid($"Invalid value '{LogRules.Shown(endpoint)}' for parameter 'endpoint' supplied: It must be Production, Staging, or an alias with an @ before it.");

    private static void Require(bool holds, string parameter, string rule)
    {
        if (!holds)
        {
            throw HubException.Invalid($"Invalid value for parameter '{parameter}' supplied: {rule}.");
        }
    }
}
