using System.Net;

namespace MlHub.Demo.Mlflow;

/// <summary>The server refused a call; the code is MLflow's own (RESOURCE_DOES_NOT_EXIST and so on) where the answer had one.</summary>
public sealed class MlflowException(HttpStatusCode status, string errorCode, string message)
    : Exception($"{errorCode} ({(int)status}): {message}")
{
    public HttpStatusCode Status { get; } = status;

    public string ErrorCode { get; } = errorCode;
}
