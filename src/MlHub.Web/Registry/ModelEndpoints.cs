using MlHub.Protocol.Registry;
using MlHub.Registry;
using MlHub.Web.Api;
using MlHub.Web.Past;
using MlHub.Web.Tracking;

namespace MlHub.Web.Registry;

/// <summary>MLflow's and Databricks' registered-models/*.</summary>
public sealed class ModelEndpoints(RegisteredModels models, ModelSearches searches, Aliases aliases, ModelVersions versions, PastAnswers past)
{
    public void Map(MlflowRoutes api)
    {
        api.Post<CreateModelRequest, ModelResponse>("/registered-models/create", Scopes.RegistryWrite, CreateAsync);
        api.OfOneModel.Get<ModelNameRequest, ModelResponse>("/registered-models/get", Scopes.RegistryRead, GetAsync);
        api.Get<ModelNameRequest, DatabricksModelResponse>("/databricks/registered-models/get", Scopes.RegistryRead, GetDatabricksAsync);
        api.Get<RegistrySearchRequest, SearchModelsResponse>("/registered-models/search", Scopes.RegistryRead, SearchAsync);
        api.Get<RegistrySearchRequest, SearchModelsResponse>("/registered-models/list", Scopes.RegistryRead, SearchAsync);
        api.Post<RenameModelRequest, ModelResponse>("/registered-models/rename", Scopes.RegistryWrite, RenameAsync);
        api.Patch<UpdateModelRequest, ModelResponse>("/registered-models/update", Scopes.RegistryWrite, UpdateAsync);
        api.Delete<ModelNameRequest, Empty>("/registered-models/delete", Scopes.RegistryWrite, DeleteAsync);
        api.Post<SetModelTagRequest, Empty>("/registered-models/set-tag", Scopes.RegistryWrite, SetTagAsync);
        api.Delete<DeleteModelTagRequest, Empty>("/registered-models/delete-tag", Scopes.RegistryWrite, DeleteTagAsync);
        api.Post<SetAliasRequest, Empty>("/registered-models/alias", Scopes.RegistryWrite, SetAliasAsync);
        api.Delete<AliasRequest, Empty>("/registered-models/alias", Scopes.RegistryWrite, DeleteAliasAsync);
        api.OfOneModel.Get<AliasRequest, VersionResponse>("/registered-models/alias", Scopes.RegistryRead, GetByAliasAsync);
        api.OfOneModel.GetOrPost<LatestVersionsRequest, VersionsResponse>("/registered-models/get-latest-versions", Scopes.RegistryRead, LatestAsync);
    }

    private async Task<ModelResponse> CreateAsync(CreateModelRequest request, ApiCall call) =>
        new((await models.CreateAsync(call.Caller, Needed.Text(request.Name, "name"), request.Description, request.Tags.AsPairs("tags"), call.Cancel)).ToMessage());

    private async Task<ModelResponse> GetAsync(ModelNameRequest request, ApiCall call)
    {
        var name = Needed.Text(request.Name, "name");
        return request.AsOf is { } asOf ? await past.ModelAsync(name, asOf, call) : await FindAsync(name, call);
    }

    private async Task<DatabricksModelResponse> GetDatabricksAsync(ModelNameRequest request, ApiCall call) =>
        new((await models.GetAsync(call.Caller, Needed.Text(request.Name, "name"), call.Cancel)).ToDatabricksMessage());

    private async Task<SearchModelsResponse> SearchAsync(RegistrySearchRequest request, ApiCall call)
    {
        var page = await searches.SearchAsync(
            call.Caller, new(request.Filter, request.MaxResults, request.OrderBy.Entries("order_by"), request.PageToken), call.Cancel);
        return new(page.Items.Select(m => m.ToMessage()).ToList().OrNull(), page.NextPageToken);
    }

    private async Task<ModelResponse> RenameAsync(RenameModelRequest request, ApiCall call)
    {
        var newName = Needed.Text(request.NewName, "new_name");
        await models.RenameAsync(call.Caller, Needed.Text(request.Name, "name"), newName, call.Cancel);
        return await FindAsync(newName, call);
    }

    private async Task<ModelResponse> UpdateAsync(UpdateModelRequest request, ApiCall call)
    {
        var name = Needed.Text(request.Name, "name");
        if (request.Description is { } text)
        {
            await models.DescribeAsync(call.Caller, name, text, call.Cancel);
        }

        return await FindAsync(name, call);
    }

    private async Task<Empty> DeleteAsync(ModelNameRequest request, ApiCall call)
    {
        await models.DeleteAsync(call.Caller, Needed.Text(request.Name, "name"), call.Cancel);
        return Empty.Answer;
    }

    private async Task<Empty> SetTagAsync(SetModelTagRequest request, ApiCall call)
    {
        await models.SetTagAsync(
            call.Caller, Needed.Text(request.Name, "name"), Needed.Text(request.Key, "key"), Needed.Present(request.Value, "value"), call.Cancel);
        return Empty.Answer;
    }

    private async Task<Empty> DeleteTagAsync(DeleteModelTagRequest request, ApiCall call)
    {
        await models.DeleteTagAsync(call.Caller, Needed.Text(request.Name, "name"), Needed.Text(request.Key, "key"), call.Cancel);
        return Empty.Answer;
    }

    private async Task<Empty> SetAliasAsync(SetAliasRequest request, ApiCall call)
    {
        var key = RegistryMapping.KeyOf(request.Name, request.Version);
        await aliases.SetAsync(call.Caller, key.Model, Needed.Text(request.Alias, "alias"), key.Number, call.Cancel);
        return Empty.Answer;
    }

    private async Task<Empty> DeleteAliasAsync(AliasRequest request, ApiCall call)
    {
        await aliases.DeleteAsync(call.Caller, Needed.Text(request.Name, "name"), Needed.Text(request.Alias, "alias"), call.Cancel);
        return Empty.Answer;
    }

    private async Task<VersionResponse> GetByAliasAsync(AliasRequest request, ApiCall call)
    {
        var (name, alias) = (Needed.Text(request.Name, "name"), Needed.Text(request.Alias, "alias"));
        return request.AsOf is { } asOf ? await past.AliasAsync(name, alias, asOf, call) : new((await aliases.GetAsync(call.Caller, name, alias, call.Cancel)).ToMessage());
    }

    private async Task<VersionsResponse> LatestAsync(LatestVersionsRequest request, ApiCall call)
    {
        var stages = request.Stages.Entries("stages").Select(Stages.Parse).ToList();
        var name = Needed.Text(request.Name, "name");
        return request.AsOf is { } asOf
            ? await past.LatestAsync(name, stages, asOf, call)
            : new((await versions.LatestAsync(call.Caller, name, stages, call.Cancel)).ToMessages(), null);
    }

    private async Task<ModelResponse> FindAsync(string name, ApiCall call) => new((await models.GetAsync(call.Caller, name, call.Cancel)).ToMessage());
}
