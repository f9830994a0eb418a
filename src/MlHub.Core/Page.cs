namespace MlHub;

/// <summary>One page of a search; the token, if any, asks for the next.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextPageToken);
