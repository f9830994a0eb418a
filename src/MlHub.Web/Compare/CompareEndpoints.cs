using MlHub.Compare;
using MlHub.Protocol.Compare;
using MlHub.Web.Api;
using MlHub.Web.Registry;

namespace MlHub.Web.Compare;

/// <summary>MlHub's compare/*: what bots ask before they speak for a version.</summary>
public sealed class CompareEndpoints(VersionComparisons versions, RunComparisons runs)
{
    public void Map(MlflowRoutes own)
    {
        own.Get<CompareVersionsRequest, CompareVersionsResponse>("/compare/model-versions", Scopes.RegistryRead, CompareVersionsAsync);
        own.GetOrPost<CompareRunsRequest, CompareRunsResponse>("/compare/runs", Scopes.TrackingRead, CompareRunsAsync);
    }

    private async Task<CompareVersionsResponse> CompareVersionsAsync(CompareVersionsRequest request, ApiCall call)
    {
        var name = Needed.Text(request.Name, "name");
        return Needed.Entries(request.Versions, "versions") is [var from, var to]
            ? (await versions.CompareAsync(call.Caller, candidate: RegistryMapping.KeyOf(name, to), baseline: RegistryMapping.KeyOf(name, from), call.Cancel)).ToMessage()
            : throw HubException.Invalid("Invalid value for parameter 'versions' supplied: It must name two versions, the one that callers use first.");
    }

    private async Task<CompareRunsResponse> CompareRunsAsync(CompareRunsRequest request, ApiCall call) =>
        (await runs.CompareAsync(call.Caller, Needed.Entries(request.RunIds, "run_ids"), call.Cancel)).ToMessage();
}
