using MlHub.Protocol.Json;

namespace MlHub.Protocol.Serving;

// MlHub's own calls: mlhub/serving/settings and mlhub/serving/retry.

/// <summary>What is left out is the hub's own again.</summary>
public sealed record ServingSettingsRequest(string? Name, int? Replicas, int? BatchRows, int? BatchDelayMs, int? IdleMinutes, int? MemoryMb, int? RequestSeconds);

/// <summary>Null where the hub's own holds.</summary>
public sealed record ServingSettingsResponse(string Name, int? Replicas, int? BatchRows, int? BatchDelayMs, int? IdleMinutes, int? MemoryMb, int? RequestSeconds);

public sealed record ServingRetryRequest(string? Name, string? Version);
