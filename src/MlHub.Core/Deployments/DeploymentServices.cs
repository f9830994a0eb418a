using Microsoft.Extensions.DependencyInjection;

namespace MlHub.Deployments;

internal static class DeploymentServices
{
    public static void AddDeployments(this IServiceCollection services)
    {
        services.AddSingleton<IDeploymentTarget, HubTarget>();
        services.AddSingleton<IDeploymentTarget, TorchServeTarget>();
        services.AddSingleton<IDeploymentTarget, OpenInferenceTarget>();
        services.AddSingleton<DeploymentTargets>();
        services.AddSingleton<ModelDeployments>();
        services.AddSingleton<DeploymentLedger>();
        services.AddHostedService<DeploymentWorker>();
    }
}
