using System.Net.Sockets;
using Azure;
using Azure.Storage.Blobs.Models;

namespace MlHub.Adapters.Blobs;

/// <summary>What a failure of Azure Blob Storage means to a caller, without the account's name or any address.</summary>
internal static class AzureFailure
{
    /// <exception cref="HubException">Unavailable where the store cannot be reached or will not serve MlHub.</exception>
    public static async Task<T> WatchAsync<T>(Func<Task<T>> call, CancellationToken cancel)
    {
        try
        {
            return await call();
        }
        catch (Exception e) when (ExplainOrNull(e) is { } refusal)
        {
            cancel.ThrowIfCancellationRequested();
            throw refusal;
        }
    }

    public static HubException Away(string cause) => new(HubError.Unavailable, $"The artifact store does not answer just now ({cause}). Try again.");

    private static HubException? ExplainOrNull(Exception e) => e switch
    {
        RequestFailedException { Status: 401 or 403 } => new(
            HubError.Unavailable,
            "The artifact store refuses MlHub's credentials or network; an administrator has to look at ConnectionStrings:Blobs."),
        RequestFailedException { Status: 408 or 429 or >= 500 } answer => Away(answer.ErrorCode ?? $"status {answer.Status}"),
        RequestFailedException { Status: 409 } answer when answer.ErrorCode == BlobErrorCode.ContainerBeingDeleted => Away(answer.ErrorCode),
        RequestFailedException { Status: > 0 } => null,
        // The client tried more than once.
        AggregateException { InnerExceptions: [.., var last] } => ExplainOrNull(last),
        // Status 0: no answer at all. A cancellation that nobody asked for is a time-out.
        RequestFailedException or IOException => Away(e.GetBaseException() is SocketException socket ? $"{socket.SocketErrorCode}" : "no answer"),
        OperationCanceledException => Away("no answer in time"),
        _ => null,
    };
}
