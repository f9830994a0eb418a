using System.Net;
using System.Net.Http;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace MlHub.Adapters.Webhooks;

/// <summary>The name leads where MlHub may not go.</summary>
internal sealed class RefusedAddressException(string message) : IOException(message);

/// <summary>Looks a name up; a test answers for it.</summary>
public delegate Task<IPAddress[]> LookUp(string host, CancellationToken cancel);

/// <summary>Connects only to addresses that it has looked at itself: what a name says later, or to others, does not matter.</summary>
internal sealed class CheckedConnections(AddressRules rules, LookUp lookUp, string setting = "MlHub:Webhooks:AllowedNetworks")
{
    public static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan IdleLife = TimeSpan.FromSeconds(30), Life = TimeSpan.FromMinutes(2);

    private const int HeadersKilobytes = 32;

    /// <summary>A client of its own for receivers with certificates of their own; the others share one.</summary>
    public HttpMessageInvoker Client(X509Certificate2Collection? trusted) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        MaxResponseHeadersLength = HeadersKilobytes,
        MaxResponseDrainSize = 0,
        ConnectTimeout = ConnectPatience,
        PooledConnectionIdleTimeout = IdleLife,
        PooledConnectionLifetime = Life,
        ConnectCallback = ConnectAsync,
        PlaintextStreamFilter = (context, _) =>
        {
            if (context.InitialRequestMessage.RequestUri!.Scheme == "https")
            {
                SendTimings.Of(context.InitialRequestMessage)?.Secured();
            }

            return ValueTask.FromResult(context.PlaintextStream);
        },
        SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = trusted is null ? null : (_, certificate, _, errors) => Trusts(trusted, certificate, errors),
        },
    });

    /// <summary>The addresses of a host, if every one of them may be called.</summary>
    /// <exception cref="RefusedAddressException">One of them may not.</exception>
    public async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancel)
    {
        var addresses = WebhookAddress.KnownOrNull(host) ?? await lookUp(host, cancel);
        return addresses.Length > 0 && addresses.All(rules.Allows)
            ? addresses
            : throw new RefusedAddressException($"'{host}' leads to an address that is not public; {setting} names the networks that may be reached besides.");
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var timings = SendTimings.Of(context.InitialRequestMessage);
        var addresses = await ResolveAsync(context.DnsEndPoint.Host, cancel);
        timings?.Resolved();
        for (var i = 0; ; i++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(addresses[i], context.DnsEndPoint.Port), cancel);
                timings?.Connected();
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException) when (i + 1 < addresses.Length)
            {
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    /// <summary>Only an unknown root is forgiven, and only for a chain that ends at one of these; the name must be right in any case.</summary>
    private static bool Trusts(X509Certificate2Collection trusted, X509Certificate? certificate, SslPolicyErrors errors)
    {
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is not X509Certificate2 theirs)
        {
            return errors == SslPolicyErrors.None;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(trusted);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(theirs);
    }
}
