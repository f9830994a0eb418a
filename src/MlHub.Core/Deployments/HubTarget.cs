using MlHub.Access;
using MlHub.Serving;

namespace MlHub.Deployments;

/// <summary>This hub: the model is served here, each version at an address of its own. Which one a stage means is followed by serving itself.</summary>
internal sealed class HubTarget(ServedModels served) : IDeploymentTarget
{
    public TargetKind Kind => TargetKind.Hub;

    public Task CheckAsync(TargetAccess target, CancellationToken cancel) => Task.CompletedTask;

    public async Task<string?> DeployAsync(TargetAccess target, DeployedVersion wanted, CancellationToken cancel)
    {
        var key = wanted.Version.Key;
        try
        {
            var report = await served.GetAsync(wanted.Owner, key.Model, cancel);
            if (report.Versions.FirstOrDefault(v => v.Number == key.Number)?.Objection is { } objection)
            {
                throw new DeploymentException(objection, isFinal: true);
            }

            await (report.IsEnabled ? Task.CompletedTask : served.EnableAsync(wanted.Owner, key.Model, cancel));
            return null;
        }
        catch (HubException e)
        {
            throw new DeploymentException(e.Message, isFinal: true);
        }
    }

    public async Task RemoveAsync(TargetAccess target, Caller owner, string model, CancellationToken cancel)
    {
        try
        {
            await served.DisableAsync(owner, model, cancel);
        }
        catch (HubException e)
        {
            throw new DeploymentException(e.Message, isFinal: true);
        }
    }
}
