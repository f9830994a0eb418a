using MlHub.Explanations;
using MlHub.Protocol.Explanations;
using MlHub.Web.Api;
using MlHub.Web.Registry;

namespace MlHub.Web.Explanations;

/// <summary>MlHub's explanations/*: asked for, watched and cancelled by programs as by the page.</summary>
public sealed class ExplanationEndpoints(MlHub.Explanations.Explanations explanations)
{
    public void Map(MlflowRoutes own)
    {
        own.Get<ExplanationRequest, ExplanationResponse>("/explanations/get", Scopes.TrackingRead | Scopes.RegistryRead, GetAsync);
        own.Post<ExplanationRequest, ExplanationResponse>("/explanations/compute", Scopes.TrackingRead | Scopes.RegistryRead, StartAsync);
        own.Post<ExplanationRequest, ExplanationResponse>("/explanations/cancel", Scopes.TrackingRead | Scopes.RegistryRead, CancelAsync);
    }

    private async Task<ExplanationResponse> GetAsync(ExplanationRequest request, ApiCall call)
    {
        var (subject, found) = (SubjectOf(request), await explanations.FindAsync(call.Caller, SubjectOf(request), call.Cancel));
        return request.Path is { } path
            ? (await explanations.ReadLoggedAsync(call.Caller, subject, path, request.Sample, call.Cancel)).ToMessage(found)
            : (await explanations.GetComputedAsync(call.Caller, subject, ChoiceOf(request), call.Cancel)).ToMessage(found);
    }

    private async Task<ExplanationResponse> StartAsync(ExplanationRequest request, ApiCall call) =>
        (await explanations.StartAsync(call.Caller, SubjectOf(request), ChoiceOf(request), call.Cancel)).ToMessage(await explanations.FindAsync(call.Caller, SubjectOf(request), call.Cancel));

    private async Task<ExplanationResponse> CancelAsync(ExplanationRequest request, ApiCall call) =>
        (await explanations.CancelAsync(call.Caller, SubjectOf(request), ChoiceOf(request), call.Cancel)).ToMessage(await explanations.FindAsync(call.Caller, SubjectOf(request), call.Cancel));

    private static ExplainedSubject SubjectOf(ExplanationRequest request) => (request.RunId, request.Name) switch
    {
        ({ Length: > 0 } run, null or "") => ExplainedSubject.OfRun(run),
        (null or "", { Length: > 0 } name) => ExplainedSubject.OfVersion(RegistryMapping.KeyOf(name, Needed.Text(request.Version, "version"))),
        (null or "", null or "") => throw Needed.Missing("run_id"),
        _ => throw HubException.Invalid("Invalid value for parameter 'name' supplied: It is either a run or a version that is explained, not both."),
    };

    private static ExplanationChoice ChoiceOf(ExplanationRequest request) =>
        new(string.IsNullOrEmpty(request.Model) ? null : request.Model, string.IsNullOrEmpty(request.Sample) ? null : request.Sample);
}
