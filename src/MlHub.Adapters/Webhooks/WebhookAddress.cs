using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MlHub.Adapters.Webhooks;

/// <summary>What an address must look like before anybody looks its name up.</summary>
internal static class WebhookAddress
{
    private static readonly IPAddress[] ThisMachine = [IPAddress.Loopback, IPAddress.IPv6Loopback];

    /// <param name="text">As it was sent.</param>
    /// <param name="allowHttp">Whether it may be without TLS.</param>
    /// <param name="what">What refusals call it.</param>
    /// <exception cref="HubException">Invalid: it is no address that the hub may call.</exception>
    public static Uri Parse(string text, bool allowHttp, string what = "webhook URL")
    {
        if (text.Length > Limits.WebhookUrl || text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)) || text.Contains('\\', StringComparison.Ordinal)
            || !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.HostNameType is UriHostNameType.Unknown or UriHostNameType.Basic)
        {
            throw HubException.Invalid($"Invalid {what}: it must be an address such as https://example.com/hook of at most {Limits.WebhookUrl} characters.");
        }

        if (url.Scheme != "https" && !(allowHttp && url.Scheme == "http"))
        {
            throw HubException.Invalid($"Invalid {what} scheme: it must be https{(allowHttp ? " or http" : "")}.");
        }

        if (url.UserInfo.Length > 0 || Authority(text).Contains('@', StringComparison.Ordinal))
        {
            throw HubException.Invalid($"Invalid {what}: it must hold no credentials; the Authorization header has a field of its own.");
        }

        if (url.Fragment.Length > 0)
        {
            throw HubException.Invalid($"Invalid {what}: it must have no fragment.");
        }

        // Figures of other alphabets are read as figures by some resolvers.
        if (!Ascii.IsValid(Authority(text)))
        {
            throw HubException.OutOfBounds($"Invalid {what}: a host of another alphabet must be written as its registrars do, xn--….");
        }

        // 0x7f.1, 2130706433, 127.1 and 0177.0.0.1 are all 127.0.0.1, and nobody writes an address so by mistake.
        return url.HostNameType == UriHostNameType.IPv4 && !Authority(text).StartsWith(url.Host, StringComparison.Ordinal)
            ? throw HubException.OutOfBounds($"Invalid {what}: an IPv4 address must be written as four decimal numbers.")
            : url;
    }

    /// <summary>The addresses that the host says without being looked up; null for a name.</summary>
    public static IPAddress[]? KnownOrNull(string host)
    {
        var name = host.TrimEnd('.');
        return IPAddress.TryParse(name, out var address) && address.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 ? [address]
            : name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase) ? ThisMachine
            : null;
    }

    private static string Authority(string text)
    {
        var begin = text.IndexOf("//", StringComparison.Ordinal) + 2;
        return text[begin..].Split('/', '?', '#')[0];
    }
}
