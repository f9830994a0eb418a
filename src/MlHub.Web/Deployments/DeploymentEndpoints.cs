using System.Globalization;
using MlHub.Deployments;
using MlHub.Protocol.Deployments;
using MlHub.Registry;
using MlHub.Web.Api;

namespace MlHub.Web.Deployments;

/// <summary>MlHub's own deployment-targets/* and deployments/*: where models go besides this hub.</summary>
public sealed class DeploymentEndpoints(DeploymentTargets targets, ModelDeployments deployments)
{
    public void Map(MlflowRoutes own)
    {
        own.Post<CreateTargetRequest, TargetResponse>("/deployment-targets/create", Scopes.Admin, CreateTargetAsync);
        own.Get<Empty, TargetsResponse>("/deployment-targets/list", Scopes.Admin, ListTargetsAsync);
        own.Post<TargetNameRequest, CheckTargetResponse>("/deployment-targets/check", Scopes.Admin, CheckTargetAsync);
        own.Delete<TargetNameRequest, Empty>("/deployment-targets/delete", Scopes.Admin, DeleteTargetAsync);
        own.Post<DeployRequest, DeploymentResponse>("/deployments/create", Scopes.RegistryWrite, DeployAsync);
        own.Get<ListDeploymentsRequest, DeploymentsResponse>("/deployments/list", Scopes.RegistryRead, ListAsync);
        own.Post<DeploymentRequest, DeploymentResponse>("/deployments/remove", Scopes.RegistryWrite, RemoveAsync);
        own.Post<DeploymentRequest, DeploymentResponse>("/deployments/retry", Scopes.RegistryWrite, RetryAsync);
    }

    private async Task<TargetResponse> CreateTargetAsync(CreateTargetRequest request, ApiCall call)
    {
        var kind = TargetKinds.Parse(Needed.Text(request.Kind, "kind"));
        var settings = new TargetSettings((int)Math.Clamp(request.Workers ?? 1, 0, int.MaxValue), request.SendFiles ?? false);
        var made = await targets.CreateAsync(call.Caller, new(Needed.Text(request.Name, "name"), kind, request.Url, request.Key, settings), call.Cancel);
        return new(ToMessage(new FoundTarget(made, settings, 0)));
    }

    private async Task<TargetsResponse> ListTargetsAsync(Empty request, ApiCall call) => new([.. (await targets.ListAsync(call.Caller, call.Cancel)).Select(ToMessage)]);

    private async Task<CheckTargetResponse> CheckTargetAsync(TargetNameRequest request, ApiCall call)
    {
        var problem = await targets.CheckAsync(call.Caller, Needed.Text(request.Name, "name"), call.Cancel);
        return new(problem is null, problem);
    }

    private async Task<Empty> DeleteTargetAsync(TargetNameRequest request, ApiCall call)
    {
        await targets.DeleteAsync(call.Caller, Needed.Text(request.Name, "name"), call.Cancel);
        return Empty.Answer;
    }

    private async Task<DeploymentResponse> DeployAsync(DeployRequest request, ApiCall call)
    {
        var (name, target) = (Needed.Text(request.Name, "name"), Needed.Text(request.Target, "target"));
        var selector = VersionSelector.Parse(Needed.Text(request.Version, "version"));
        return new(ToMessage(await deployments.DeployAsync(call.Caller, name, target, selector, call.Cancel)));
    }

    private async Task<DeploymentsResponse> ListAsync(ListDeploymentsRequest request, ApiCall call) =>
        new([.. (await deployments.ListAsync(call.Caller, Needed.Text(request.Name, "name"), call.Cancel)).Select(ToMessage)]);

    private async Task<DeploymentResponse> RemoveAsync(DeploymentRequest request, ApiCall call) =>
        new(ToMessage(await deployments.RemoveAsync(call.Caller, Needed.Text(request.Name, "name"), Needed.Text(request.Target, "target"), call.Cancel)));

    private async Task<DeploymentResponse> RetryAsync(DeploymentRequest request, ApiCall call) =>
        new(ToMessage(await deployments.RetryAsync(call.Caller, Needed.Text(request.Name, "name"), Needed.Text(request.Target, "target"), call.Cancel)));

    private static TargetMessage ToMessage(FoundTarget found) => new(
        found.Target.Name, found.Target.Kind.ToWire(), found.Target.Url.Length == 0 ? null : found.Target.Url, found.Target.SealedKey is not null, found.Settings.Workers,
        found.Settings.SendFiles, found.Target.CreatedAt.ToUnixTimeMilliseconds(), found.Models);

    private static DeploymentMessage ToMessage(FoundDeployment found)
    {
        var it = found.Deployment;
        return new(
            found.Target, found.Kind.ToWire(), it.Selector, it.Version?.ToString(CultureInfo.InvariantCulture), it.State.ToString().ToUpperInvariant(), it.Reason, it.Attempts,
            it.State is DeploymentState.Pending or DeploymentState.Removing && it.Lease is null ? it.NextAt.ToUnixTimeMilliseconds() : null, it.CreatedAt.ToUnixTimeMilliseconds(),
            it.ChangedAt.ToUnixTimeMilliseconds());
    }
}
