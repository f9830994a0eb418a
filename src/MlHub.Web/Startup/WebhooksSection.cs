using System.Net;
using MlHub.Adapters.Webhooks;

namespace MlHub.Web.Startup;

/// <summary>The settings <c>MlHub:Webhooks:…</c>: where webhooks may go besides the public Internet.</summary>
internal static class WebhooksSection
{
    private const string Opened = "MlHub:Webhooks:AllowedNetworks", Http = "MlHub:Webhooks:AllowHttp";

    /// <exception cref="SettingException">In one sentence that names the setting.</exception>
    public static WebhookSettings Read(IConfiguration configuration) => new(Networks(configuration, Opened), Truth(configuration, Http));

    /// <summary>A list, or all in one line, as an environment variable has it.</summary>
    internal static List<IPNetwork> Networks(IConfiguration configuration, string setting)
    {
        var section = configuration.GetSection(setting);
        return [.. section.GetChildren().Select(c => c.Value).Append(section.Value).OfType<string>()
            .SelectMany(t => t.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Select(t => Network(t, setting))];
    }

    internal static bool Truth(IConfiguration configuration, string setting) => HubSettings.Text(configuration, setting) switch
    {
        null => false,
        { } text when bool.TryParse(text, out var allowed) => allowed,
        { } text => throw new SettingException(setting, $"is '{text}'; it must be true or false"),
    };

    private static IPNetwork Network(string text, string setting) => IPNetwork.TryParse(text, out var network)
        ? network
        : throw new SettingException(setting, $"holds '{text}', which is no network such as 10.20.0.0/16 or fd00:1::/48");
}
