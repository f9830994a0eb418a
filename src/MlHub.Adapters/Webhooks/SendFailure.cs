using System.Globalization;
using System.Net.Http;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;

namespace MlHub.Adapters.Webhooks;

/// <summary>Says in a sentence why no answer came.</summary>
internal static class SendFailure
{
    /// <summary>Null for a defect of MlHub's.</summary>
    public static string? ExplainOrNull(Exception e, TimeSpan patience)
    {
        if (e is OperationCanceledException)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"The receiver did not answer within {patience.TotalSeconds} seconds, or took no connection within {CheckedConnections.ConnectPatience.TotalSeconds}.");
        }

        for (var cause = e; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case RefusedAddressException or HubException:
                    return Cut(cause.Message);
                case AuthenticationException:
                    return Cut($"No encrypted connection: {cause.Message}");
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain }:
                    return "The name of the receiver could not be looked up.";
                case SocketException socket:
                    return Cut($"No connection: {socket.SocketErrorCode}.");
                case CryptographicException:
                    return "The certificates that are trusted for this webhook cannot be read.";
            }
        }

        return e is HttpRequestException or IOException ? Cut($"The answer could not be read: {e.Message}") : null;
    }

    private static string Cut(string text) => text.Length <= Limits.DeliveryError ? text : text[..Limits.DeliveryError];
}
