using MlHub.Protocol.Reviews;
using MlHub.Reviews;
using MlHub.Web.Api;
using MlHub.Web.Registry;
using MlHub.Web.Tracking;

namespace MlHub.Web.Reviews;

/// <summary>MlHub's policies/*, and how the rules stand for an open request.</summary>
public sealed class PolicyEndpoints(MlHub.Reviews.Policies policies, TransitionRequests requests)
{
    public void Map(MlflowRoutes own)
    {
        own.Get<StageRequest, PolicyResponse>("/policies/get", Scopes.RegistryRead, GetAsync);
        own.Get<StageRequest, PoliciesResponse>("/policies/list", Scopes.RegistryRead, ListAsync);
        own.Post<SetPolicyRequest, PolicyResponse>("/policies/set", Scopes.RegistryApprove, SetAsync);
        own.Delete<StageRequest, Empty>("/policies/delete", Scopes.RegistryApprove, DeleteAsync);
        own.Get<VerdictRequest, VerdictResponse>("/transition-requests/verdict", Scopes.RegistryRead, VerdictAsync);
    }

    private async Task<PolicyResponse> GetAsync(StageRequest request, ApiCall call)
    {
        var (name, stage) = (Needed.Text(request.Name, "name"), ReviewMapping.StageOf(request.Stage));
        return await policies.GetAsync(call.Caller, name, stage, call.Cancel) is { } policy
            ? new(policy.ToMessage())
            : throw HubException.NotFound($"Model {MlHub.Tracking.LogRules.Shown(name)} has no policy for {stage}.");
    }

    private async Task<PoliciesResponse> ListAsync(StageRequest request, ApiCall call)
    {
        var found = await policies.ListAsync(call.Caller, Needed.Text(request.Name, "name"), call.Cancel);
        return new(found.Select(p => new StagePolicyMessage(p.Stage.ToString(), p.UpdatedBy, p.UpdatedAt.ToUnixTimeMilliseconds(), p.Policy.ToMessage())).ToList().OrNull());
    }

    private async Task<PolicyResponse> SetAsync(SetPolicyRequest request, ApiCall call) => new((await policies.SetAsync(
        call.Caller, Needed.Text(request.Name, "name"), ReviewMapping.StageOf(request.Stage), Needed.Entry(request.Policy, "policy").ToPolicy(), call.Cancel)).ToMessage());

    private async Task<Empty> DeleteAsync(StageRequest request, ApiCall call)
    {
        await policies.DeleteAsync(call.Caller, Needed.Text(request.Name, "name"), ReviewMapping.StageOf(request.Stage), call.Cancel);
        return Empty.Answer;
    }

    private async Task<VerdictResponse> VerdictAsync(VerdictRequest request, ApiCall call)
    {
        var verdict = await requests.VerdictAsync(
            call.Caller, RegistryMapping.KeyOf(request.Name, request.Version), ReviewMapping.StageOf(request.Stage), call.Cancel);
        return new(verdict.IsMet, verdict.Rules.Select(r => new RuleMessage(r.Rule, r.IsMet, r.Detail)).ToList().OrNull());
    }
}
