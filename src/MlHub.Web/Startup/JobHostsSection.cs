using MlHub.Webhooks;

namespace MlHub.Web.Startup;

/// <summary>The settings <c>MlHub:Webhooks:Jobs:NAME:…</c>: hosts that a webhook may ask to start a job.</summary>
internal static class JobHostsSection
{
    private const string Jobs = "MlHub:Webhooks:Jobs";

    /// <exception cref="SettingException">In one sentence that names the setting.</exception>
    public static JobHosts Read(IConfiguration configuration) => new([.. configuration.GetSection(Jobs).GetChildren().Select(Host)]);

    private static JobHost Host(IConfigurationSection host)
    {
        var kind = Enum.TryParse<JobKind>(host["Kind"], ignoreCase: true, out var known) && Enum.IsDefined(known)
            ? known
            : throw new SettingException($"{host.Path}:Kind", $"is '{host["Kind"]}'; it must be one of: {string.Join(", ", Enum.GetNames<JobKind>())}");
        var address = host["Url"] ?? kind switch { JobKind.GitHub => "https://api.github.com", JobKind.AzureDevOps => "https://dev.azure.com", _ => null };
        return Uri.TryCreate(address, UriKind.Absolute, out var url) && url is { Scheme: "http" or "https", Query: "", Fragment: "", UserInfo: "" }
            ? new(host.Key, kind, url, string.IsNullOrEmpty(host["Token"]) ? null : host["Token"])
            : throw new SettingException($"{host.Path}:Url", "is no address such as https://runner.example.com/start, where jobs are started");
    }
}
