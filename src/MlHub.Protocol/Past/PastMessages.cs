namespace MlHub.Protocol.Past;

public sealed record StageHistoryRequest(string? Name);

public sealed record StageHistoryResponse(List<StageBandMessage>? Bands);

/// <summary>A version was in a stage from one instant until another; <c>until</c> is absent where it still is. Milliseconds since 1970.</summary>
public sealed record StageBandMessage(string Version, string Stage, long From, long? Until, string UserId);
