using System.Net;
using System.Net.Sockets;

namespace MlHub.Adapters.Webhooks;

/// <summary>
/// Which addresses MlHub connects to for others: those of the public Internet and of the networks that the operator opened. What is special
/// is in IANA's registries (https://www.iana.org/assignments/iana-ipv4-special-registry, …/iana-ipv6-special-registry).
/// </summary>
internal sealed class AddressRules(IReadOnlyList<IPNetwork> opened)
{
    private static readonly IPNetwork[] SpecialV4 = Parse(
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24",
        "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4");

    /// <summary>All else is loopback, mapped, NAT64, unique local, link-local or multicast.</summary>
    private static readonly IPNetwork GlobalV6 = IPNetwork.Parse("2000::/3");

    /// <summary>Of global unicast: protocols (Teredo among them), documentation, 6to4, which may lead to any IPv4 address, and AS112.</summary>
    private static readonly IPNetwork[] SpecialV6 = Parse("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20");

    public bool Allows(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return opened.Any(n => n.Contains(plain)) || (plain.AddressFamily == AddressFamily.InterNetwork
            ? !address.IsIPv4MappedToIPv6 && !SpecialV4.Any(n => n.Contains(plain))
            : GlobalV6.Contains(plain) && !SpecialV6.Any(n => n.Contains(plain)));
    }

    private static IPNetwork[] Parse(params string[] networks) => Array.ConvertAll(networks, IPNetwork.Parse);
}
