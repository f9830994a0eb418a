using MlHub.Protocol.Reviews;
using MlHub.Reviews;
using MlHub.Web.Api;
using MlHub.Web.Registry;
using MlHub.Web.Tracking;

namespace MlHub.Web.Reviews;

/// <summary>MlHub's checks/*: what bots say of versions.</summary>
public sealed class CheckEndpoints(Checks checks)
{
    public void Map(MlflowRoutes own)
    {
        own.Post<ReportCheckRequest, CheckResponse>("/checks/create", Scopes.RegistryWrite, CreateAsync);
        own.Patch<ReportCheckRequest, CheckResponse>("/checks/update", Scopes.RegistryWrite, UpdateAsync);
        own.Get<ReviewedVersionRequest, ChecksResponse>("/checks/list", Scopes.RegistryRead, ListAsync);
        own.Post<ReviewedVersionRequest, ChecksResponse>("/checks/rerun", Scopes.RegistryWrite, RerunAsync);
    }

    private async Task<CheckResponse> CreateAsync(ReportCheckRequest request, ApiCall call)
    {
        Needed.Text(request.State, "state");
        return new((await checks.ReportAsync(call.Caller, RegistryMapping.KeyOf(request.Name, request.Version), ToReport(request), call.Cancel)).ToMessage());
    }

    private async Task<CheckResponse> UpdateAsync(ReportCheckRequest request, ApiCall call) =>
        new((await checks.UpdateAsync(call.Caller, RegistryMapping.KeyOf(request.Name, request.Version), ToReport(request), call.Cancel)).ToMessage());

    private async Task<ChecksResponse> ListAsync(ReviewedVersionRequest request, ApiCall call) =>
        ToResponse(await checks.ListAsync(call.Caller, RegistryMapping.KeyOf(request.Name, request.Version), call.Cancel));

    private async Task<ChecksResponse> RerunAsync(ReviewedVersionRequest request, ApiCall call) =>
        ToResponse(await checks.RerunAsync(call.Caller, RegistryMapping.KeyOf(request.Name, request.Version), call.Cancel));

    private static ChecksResponse ToResponse(List<Check> found) => new(found.Select(c => c.ToMessage()).ToList().OrNull());

    private static CheckReport ToReport(ReportCheckRequest request) =>
        new(Needed.Text(request.Check, "check"), ReviewMapping.CheckStateOf(request.State), request.Summary, request.Details, request.Link);
}
