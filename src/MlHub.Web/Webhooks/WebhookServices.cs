using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using MlHub.Notifications;
using MlHub.Web.Artifacts;
using MlHub.Web.Shell;
using MlHub.Web.Startup;
using MlHub.Webhooks;

namespace MlHub.Web.Webhooks;

/// <summary>Where the hub is reached; null while that is not known.</summary>
internal sealed record HubAddress(Func<Uri?> OrNull);

internal static class WebhookServices
{
    public static void AddWebhookPages(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(JobHostsSection.Read(configuration));
        services.AddSingleton<MlflowWebhookEndpoints>();
        services.AddSingleton<RegistryWebhookEndpoints>();
        services.AddSingleton<HubWebhookEndpoints>();
        services.AddSingleton(s => new HubAddress(() => Address(s)));
        services.AddSingleton(s => new WebhookLinks(
            s.GetRequiredService<HubAddress>().OrNull, (model, version) => version is { } number ? HubUrls.Version(model, number) : HubUrls.Model(model), (experiment, run) => HubUrls.Run(experiment, run)));
    }

    /// <summary>Where people reach the hub: as the operator says, else where it listens, unless that is every address of the machine.</summary>
    private static Uri? Address(IServiceProvider services) =>
        services.GetRequiredService<PublicAddress>().Url ?? services.GetService<MailSettings>()?.BaseUrl ?? Listening(services.GetService<IServer>());

    private static Uri? Listening(IServer? server) =>
        server?.Features.Get<IServerAddressesFeature>()?.Addresses.Select(a => Uri.TryCreate(a, UriKind.Absolute, out var url) ? url : null)
            .FirstOrDefault(u => u is not null && u.Host is not ("0.0.0.0" or "[::]" or "+" or "*"));
}
