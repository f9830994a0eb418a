using MlHub.Protocol.Tracking;
using MlHub.Tracking;
using MlHub.Tracking.Search;
using MlHub.Web.Api;

namespace MlHub.Web.Tracking;

/// <summary>MLflow's experiments/*.</summary>
public sealed class ExperimentEndpoints(Experiments experiments, ExperimentSearches searches)
{
    public void Map(MlflowRoutes api)
    {
        api.Post<CreateExperimentRequest, CreateExperimentResponse>("/experiments/create", Scopes.TrackingWrite, CreateAsync);
        api.Get<ExperimentIdRequest, GetExperimentResponse>("/experiments/get", Scopes.TrackingRead, GetAsync);
        api.Get<ExperimentNameRequest, GetExperimentResponse>("/experiments/get-by-name", Scopes.TrackingRead, GetByNameAsync);
        api.GetOrPost<SearchExperimentsRequest, SearchExperimentsResponse>("/experiments/search", Scopes.TrackingRead, SearchAsync);
        api.Get<SearchExperimentsRequest, SearchExperimentsResponse>("/experiments/list", Scopes.TrackingRead, SearchAsync);
        api.Post<UpdateExperimentRequest, Empty>("/experiments/update", Scopes.TrackingWrite, UpdateAsync);
        api.Post<ExperimentIdRequest, Empty>("/experiments/delete", Scopes.TrackingWrite, DeleteAsync);
        api.Post<ExperimentIdRequest, Empty>("/experiments/restore", Scopes.TrackingWrite, RestoreAsync);
        api.Post<SetExperimentTagRequest, Empty>("/experiments/set-experiment-tag", Scopes.TrackingWrite, SetTagAsync);
        api.Post<DeleteExperimentTagRequest, Empty>("/experiments/delete-experiment-tag", Scopes.TrackingWrite, DeleteTagAsync);
    }

    private async Task<CreateExperimentResponse> CreateAsync(CreateExperimentRequest request, ApiCall call)
    {
        var experiment = await experiments.CreateAsync(
            call.Caller, Needed.Text(request.Name, "name"), request.ArtifactLocation, request.Tags.AsPairs("tags"), call.Cancel);
        return new(experiment.Id.ToString());
    }

    private async Task<GetExperimentResponse> GetAsync(ExperimentIdRequest request, ApiCall call) =>
        new((await experiments.GetAsync(call.Caller, Needed.ExperimentId(request.ExperimentId), call.Cancel)).ToMessage());

    private async Task<GetExperimentResponse> GetByNameAsync(ExperimentNameRequest request, ApiCall call) =>
        new((await experiments.GetByNameAsync(call.Caller, Needed.Text(request.ExperimentName, "experiment_name"), call.Cancel)).ToMessage());

    private async Task<SearchExperimentsResponse> SearchAsync(SearchExperimentsRequest request, ApiCall call)
    {
        var page = await searches.SearchAsync(
            call.Caller,
            new(request.Filter, TrackingMapping.ViewTypeOf(request.ViewType), request.MaxResults, request.OrderBy.Entries("order_by"), request.PageToken),
            call.Cancel);
        return new(page.Items.Select(e => e.ToMessage()).ToList().OrNull(), page.NextPageToken);
    }

    private async Task<Empty> UpdateAsync(UpdateExperimentRequest request, ApiCall call)
    {
        await experiments.RenameAsync(call.Caller, Needed.ExperimentId(request.ExperimentId), Needed.Text(request.NewName, "new_name"), call.Cancel);
        return Empty.Answer;
    }

    private async Task<Empty> DeleteAsync(ExperimentIdRequest request, ApiCall call)
    {
        await experiments.DeleteAsync(call.Caller, Needed.ExperimentId(request.ExperimentId), call.Cancel);
        return Empty.Answer;
    }

    private async Task<Empty> RestoreAsync(ExperimentIdRequest request, ApiCall call)
    {
        await experiments.RestoreAsync(call.Caller, Needed.ExperimentId(request.ExperimentId), call.Cancel);
        return Empty.Answer;
    }

    private async Task<Empty> SetTagAsync(SetExperimentTagRequest request, ApiCall call)
    {
        await experiments.SetTagAsync(
            call.Caller, Needed.ExperimentId(request.ExperimentId), Needed.Text(request.Key, "key"), Needed.Present(request.Value, "value"), call.Cancel);
        return Empty.Answer;
    }

    private async Task<Empty> DeleteTagAsync(DeleteExperimentTagRequest request, ApiCall call)
    {
        await experiments.DeleteTagAsync(call.Caller, Needed.ExperimentId(request.ExperimentId), Needed.Text(request.Key, "key"), call.Cancel);
        return Empty.Answer;
    }
}
