using MlHub.Protocol.Serving;
using MlHub.Registry;
using MlHub.Reviews;
using MlHub.Serving.Traffic;
using MlHub.Web.Api;
using MlHub.Web.Registry;

namespace MlHub.Web.Serving;

/// <summary>MlHub's serving/traffic and serving/rollback: which version answers whom.</summary>
public sealed class TrafficEndpoints(TrafficRules rules, Rollbacks rollbacks)
{
    public void Map(MlflowRoutes own)
    {
        own.Get<ServedModelRequest, TrafficResponse>("/serving/traffic", Scopes.RegistryRead, (request, call) => GetAsync(request.Name, call));
        own.Post<SetTrafficRequest, TrafficResponse>("/serving/traffic/set", Scopes.RegistryWrite, SetAsync);
        own.Post<EndTrafficRequest, TrafficResponse>("/serving/traffic/end", Scopes.RegistryWrite, EndAsync);
        own.Post<RollbackRequest, RollbackResponse>("/serving/rollback", Scopes.RegistryWrite, RollBackAsync);
    }

    private async Task<TrafficResponse> GetAsync(string? model, ApiCall call)
    {
        var name = Needed.Text(model, "name");
        return (await rules.GetAsync(call.Caller, name, call.Cancel)).ToMessage(name);
    }

    private async Task<TrafficResponse> SetAsync(SetTrafficRequest request, ApiCall call)
    {
        await rules.SetAsync(call.Caller, Needed.Text(request.Name, "name"), new()
        {
            Endpoint = Needed.Text(request.Endpoint, "endpoint"),
            Kind = TrafficMapping.ToKind(Needed.Text(request.Kind, "kind")),
            Version = RegistryMapping.KeyOf(request.Name, request.Version).Number,
            Percent = Needed.Value(request.Percent, "percent"),
            MostErrorPercent = request.MaxErrorPercent,
            MostMilliseconds = request.MaxLatencyMs,
            LeastRequests = request.MinRequests,
            OverrideReason = request.OverrideReason,
        }, call.Cancel);
        return await GetAsync(request.Name, call);
    }

    private async Task<TrafficResponse> EndAsync(EndTrafficRequest request, ApiCall call)
    {
        await rules.EndAsync(call.Caller, Needed.Text(request.Name, "name"), Needed.Value(request.Id, "id"), call.Cancel);
        return await GetAsync(request.Name, call);
    }

    private async Task<RollbackResponse> RollBackAsync(RollbackRequest request, ApiCall call)
    {
        var (name, stage) = (Needed.Text(request.Name, "name"), Stages.Parse(Needed.Text(request.Stage, "stage")));
        var done = await rollbacks.RollBackAsync(call.Caller, name, stage, request.Reason, call.Cancel);
        return new(name, $"{stage}", $"{done.Version}", $"{done.Replaced}", [.. done.Warnings]);
    }
}
