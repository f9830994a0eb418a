namespace MlHub.Protocol;

/// <summary>The body of every refusal (mlflow/exceptions.py).</summary>
public sealed record ErrorResponse(string ErrorCode, string Message);
