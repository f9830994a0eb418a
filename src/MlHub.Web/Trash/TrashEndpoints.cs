using MlHub.Protocol.Trash;
using MlHub.Trash;
using MlHub.Web.Api;

namespace MlHub.Web.Trash;

/// <summary>MlHub's own calls that delete for ever. A token needs the scope for what cannot be had back.</summary>
public sealed class TrashEndpoints(Purges purges, Retention retention)
{
    private const Scopes ForEver = Scopes.TrackingWrite | Scopes.ArtifactsDelete;

    public void Map(MlflowRoutes mlhub)
    {
        mlhub.Post<PurgeRunsRequest, Empty>("/runs/delete-permanently", ForEver, PurgeRunsAsync);
        mlhub.Post<PurgeExperimentsRequest, Empty>("/experiments/delete-permanently", ForEver, PurgeExperimentsAsync);
        mlhub.Get<Empty, RetentionResponse>("/retention/preview", Scopes.Admin, PreviewAsync);
    }

    private async Task<Empty> PurgeRunsAsync(PurgeRunsRequest request, ApiCall call)
    {
        await purges.RunsAsync(call.Caller, Needed.RunIds(request.RunIds), call.Cancel);
        return Empty.Answer;
    }

    private async Task<Empty> PurgeExperimentsAsync(PurgeExperimentsRequest request, ApiCall call)
    {
        var ids = Needed.Entry(request.ExperimentIds, "experiment_ids").Select(Needed.ExperimentId).ToList();
        await purges.ExperimentsAsync(call.Caller, ids, call.Cancel);
        return Empty.Answer;
    }

    private async Task<RetentionResponse> PreviewAsync(Empty request, ApiCall call)
    {
        var found = await retention.PreviewAsync(call.Caller, call.Cancel);
        return new(
            found.Rules.DeletedRunsAfterDays, found.Rules.DeletedExperimentsAfterDays, found.RunCount, found.ExperimentCount, found.Size.ArtifactBytes, found.Size.Points,
            [.. found.Runs.Select(r => new ExpiredRunMessage(r.RunId, r.Name, r.ExperimentId.ToString(), r.DeletedAt!.Value.ToUnixTimeMilliseconds()))],
            [.. found.Experiments.Select(e => new ExpiredExperimentMessage(e.Id.ToString(), e.Name, (e.DeletedAt ?? e.UpdatedAt).ToUnixTimeMilliseconds()))]);
    }
}
