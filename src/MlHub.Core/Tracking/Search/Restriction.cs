namespace MlHub.Tracking.Search;

/// <summary>What our own code asks of the rows <c>t</c> beyond a filter. Its text tells one from another, so that page tokens are good for one only.</summary>
internal sealed record Restriction(string Text, Action<SqlStatement> Write);
