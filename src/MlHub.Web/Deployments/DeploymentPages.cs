using MlHub.Artifacts;
using MlHub.Deployments;
using MlHub.Web.Artifacts;
using MlHub.Web.Webhooks;

namespace MlHub.Web.Deployments;

internal static class DeploymentPages
{
    public static void AddDeploymentPages(this IServiceCollection services)
    {
        services.AddSingleton<DeploymentEndpoints>();
        services.AddSingleton(s => new FileLinks((wanted, path, name, life) =>
        {
            var version = wanted.Version;
            var file = new ProxiedPath.OfVersion(version.ModelPublicId, version.Key.Number, ArtifactPath.ParseFile(path));
            return s.GetRequiredService<HubAddress>().OrNull() is { } hub
                ? new($"{s.GetRequiredService<SignedLinks>().Make(hub.AbsoluteUri, new(LinkUse.Download, wanted.Owner.Id, file.Address), life)}/{Uri.EscapeDataString(name)}")
                : null;
        }));
    }
}
