using MlHub.Protocol.Serving;
using MlHub.Serving;
using MlHub.Web.Api;
using MlHub.Web.Registry;

namespace MlHub.Web.Serving;

/// <summary>MlHub's serving/settings and serving/retry: how the processes of a model are run.</summary>
public sealed class ServingSettingsEndpoints(ServingLimits limits, ServedModels served)
{
    public void Map(MlflowRoutes own)
    {
        own.Get<ServedModelRequest, ServingSettingsResponse>("/serving/settings", Scopes.RegistryRead, GetAsync);
        own.Post<ServingSettingsRequest, ServingSettingsResponse>("/serving/settings", Scopes.RegistryWrite, SetAsync);
        own.Post<ServingRetryRequest, ServedModelResponse>("/serving/retry", Scopes.RegistryWrite, RetryAsync);
    }

    private async Task<ServingSettingsResponse> GetAsync(ServedModelRequest request, ApiCall call)
    {
        var name = Needed.Text(request.Name, "name");
        var (replicas, rows, delay, idle, memory, seconds) = await limits.GetAsync(call.Caller, name, call.Cancel);
        return new(name, replicas, rows, delay, idle, memory, seconds);
    }

    private async Task<ServingSettingsResponse> SetAsync(ServingSettingsRequest request, ApiCall call)
    {
        var name = Needed.Text(request.Name, "name");
        await limits.SetAsync(
            call.Caller, name, new(request.Replicas, request.BatchRows, request.BatchDelayMs, request.IdleMinutes, request.MemoryMb, request.RequestSeconds), call.Cancel);
        return await GetAsync(new(name), call);
    }

    private async Task<ServedModelResponse> RetryAsync(ServingRetryRequest request, ApiCall call)
    {
        var key = RegistryMapping.KeyOf(request.Name, request.Version);
        await limits.RetryAsync(call.Caller, key, call.Cancel);
        return (await served.GetAsync(call.Caller, key.Model, call.Cancel)).ToMessage(key.Model);
    }
}
