using System.Net;
using MlHub.Adapters.Webhooks;

namespace MlHub.Web.Startup;

/// <summary>The settings <c>MlHub:Webhooks:…</c>: where webhooks may go besides the public Internet.</summary>
internal static class WebhooksSection
{
    private const string Networks = "MlHub:Webhooks:AllowedNetworks", Http = "MlHub:Webhooks:AllowHttp";

    /// <exception cref="SettingException">In one sentence that names the setting.</exception>
    public static WebhookSettings Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Networks);
        // A list, or all in one line, as an environment variable has it.
        var texts = section.GetChildren().Select(c => c.Value).Append(section.Value).OfType<string>()
            .SelectMany(t => t.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        return new([.. texts.Select(Network)], HubSettings.Text(configuration, Http) switch
        {
            null => false,
            { } text when bool.TryParse(text, out var allowed) => allowed,
            { } text => throw new SettingException(Http, $"is '{text}'; it must be true or false"),
        });
    }

    private static IPNetwork Network(string text) => IPNetwork.TryParse(text, out var network)
        ? network
        : throw new SettingException(Networks, $"holds '{text}', which is no network such as 10.20.0.0/16 or fd00:1::/48");
}
