using System.Net;

namespace MlHub.Web.Startup;

/// <summary>Where the server will listen, as ASP.NET Core reads it from the configuration.</summary>
public static class ListeningAddresses
{
    private static readonly string[] PortSettings = ["http_ports", "https_ports"];

    /// <summary>The first address that other machines can reach, or null.</summary>
    public static string? Open(IConfiguration configuration)
    {
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(e => e["Url"] ?? "");
        var ports = PortSettings.Where(k => !string.IsNullOrEmpty(configuration[k]) && string.IsNullOrEmpty(configuration["urls"])).Select(k => $"*:{configuration[k]}");
        return Urls(configuration).Concat(endpoints).Concat(ports).FirstOrDefault(a => !IsLoopback(a));
    }

    /// <summary>The first of the setting Urls that ASP.NET Core could not read, or null.</summary>
    public static string? Unreadable(IConfiguration configuration) => Urls(configuration).FirstOrDefault(a => !IsAddress(a));

    private static string[] Urls(IConfiguration configuration) =>
        (configuration["urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool IsAddress(string address)
    {
        try
        {
            return BindingAddress.Parse(address).Host.Length > 0;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static bool IsLoopback(string address) =>
        BindingAddress.Parse(address.Contains("://", StringComparison.Ordinal) ? address : $"http://{address}") is var binding
        && (string.Equals(binding.Host, "localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(binding.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip)));
}
