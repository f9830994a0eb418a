namespace MlHub.Web.Api;

/// <summary>The messages of a call, for whoever describes the API.</summary>
public sealed record CallMessages(Type Request, Type Response);
