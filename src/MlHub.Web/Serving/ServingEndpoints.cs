using MlHub.Protocol.Serving;
using MlHub.Serving;
using MlHub.Serving.Python;
using MlHub.Web.Api;

namespace MlHub.Web.Serving;

/// <summary>MlHub's serving/*: which models are served, and how they fare.</summary>
public sealed class ServingEndpoints(ServedModels served, PythonTrust trust)
{
    public void Map(MlflowRoutes own)
    {
        own.Get<ServedModelRequest, ServedModelResponse>("/serving/get", Scopes.RegistryRead, GetAsync);
        own.Post<ServedModelRequest, ServedModelResponse>("/serving/enable", Scopes.RegistryWrite, EnableAsync);
        own.Post<ServedModelRequest, ServedModelResponse>("/serving/disable", Scopes.RegistryWrite, DisableAsync);
        own.Post<TrustPythonRequest, ServedModelResponse>("/serving/trust", Scopes.Admin, TrustAsync);
    }

    private async Task<ServedModelResponse> GetAsync(ServedModelRequest request, ApiCall call)
    {
        var name = Needed.Text(request.Name, "name");
        return (await served.GetAsync(call.Caller, name, call.Cancel)).ToMessage(name);
    }

    private async Task<ServedModelResponse> EnableAsync(ServedModelRequest request, ApiCall call)
    {
        await served.EnableAsync(call.Caller, Needed.Text(request.Name, "name"), call.Cancel);
        return await GetAsync(request, call);
    }

    private async Task<ServedModelResponse> DisableAsync(ServedModelRequest request, ApiCall call)
    {
        await served.DisableAsync(call.Caller, Needed.Text(request.Name, "name"), call.Cancel);
        return await GetAsync(request, call);
    }

    private async Task<ServedModelResponse> TrustAsync(TrustPythonRequest request, ApiCall call)
    {
        var name = Needed.Text(request.Name, "name");
        await trust.SetAsync(call.Caller, name, request.Trusted ?? throw HubException.Invalid("Missing value for required parameter 'trusted'."), call.Cancel);
        return await GetAsync(new(name), call);
    }
}
