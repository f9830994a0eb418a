namespace MlHub.Web.Api;

/// <summary>Who calls, and the token that says they are gone.</summary>
public readonly record struct ApiCall(Caller Caller, CancellationToken Cancel);
