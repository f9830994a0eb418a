using MlHub.Protocol.Access;
using MlHub.Web.Api;

namespace MlHub.Web.Access;

/// <summary>Databricks' permissions/registered-models/{id} and permissions/experiments/{id}, outside of mlflow/.</summary>
public sealed class PermissionEndpoints(RegistrySharing models, ExperimentSharing experiments)
{
    public void Map(MlflowRoutes permissions)
    {
        const string Model = "/registered-models/{id}", Experiment = "/experiments/{id}";
        permissions.About<Empty, ObjectPermissionsResponse>("GET", Model, Scopes.RegistryRead, (id, _, call) => OfModelAsync(id, call));
        permissions.About<ChangePermissionsRequest, ObjectPermissionsResponse>("PUT", Model, Scopes.RegistryWrite, (id, r, call) => ChangeModelAsync(id, r, replace: true, call));
        permissions.About<ChangePermissionsRequest, ObjectPermissionsResponse>("PATCH", Model, Scopes.RegistryWrite, (id, r, call) => ChangeModelAsync(id, r, replace: false, call));
        permissions.About<Empty, PermissionLevelsResponse>("GET", Model + "/permissionLevels", Scopes.RegistryRead, ModelLevelsAsync);
        permissions.About<Empty, ObjectPermissionsResponse>("GET", Experiment, Scopes.TrackingRead, (id, _, call) => OfExperimentAsync(id, call));
        permissions.About<ChangePermissionsRequest, ObjectPermissionsResponse>("PUT", Experiment, Scopes.TrackingWrite, (id, r, call) => ChangeExperimentAsync(id, r, replace: true, call));
        permissions.About<ChangePermissionsRequest, ObjectPermissionsResponse>("PATCH", Experiment, Scopes.TrackingWrite, (id, r, call) => ChangeExperimentAsync(id, r, replace: false, call));
        permissions.About<Empty, PermissionLevelsResponse>("GET", Experiment + "/permissionLevels", Scopes.TrackingRead, ExperimentLevelsAsync);
    }

    private async Task<ObjectPermissionsResponse> OfModelAsync(string id, ApiCall call) =>
        new($"/registered-models/{id}", "registered-model", (await models.ListAsync(call.Caller, id, call.Cancel)).ToMessages());

    private async Task<ObjectPermissionsResponse> ChangeModelAsync(string id, ChangePermissionsRequest request, bool replace, ApiCall call)
    {
        await models.ChangeAsync(call.Caller, id, AccessControlLists.Wished(request.AccessControlList, level => AccessControlLists.ModelLevel(level, id)), replace, call.Cancel);
        return await OfModelAsync(id, call);
    }

    private async Task<PermissionLevelsResponse> ModelLevelsAsync(string id, Empty request, ApiCall call)
    {
        await models.ListAsync(call.Caller, id, call.Cancel);
        var levels = LevelNames.OfModels.ToMessages();
        return new(id == RegistrySharing.Root ? [new(AccessControlLists.CanCreate, "Make models of one's own; everybody may"), .. levels] : levels);
    }

    private async Task<ObjectPermissionsResponse> OfExperimentAsync(string id, ApiCall call)
    {
        var shares = await experiments.ListAsync(call.Caller, Needed.ExperimentId(id), call.Cancel);
        return new($"/experiments/{id}", "mlflowExperiment", shares.AsRegistry().ToMessages());
    }

    private async Task<ObjectPermissionsResponse> ChangeExperimentAsync(string id, ChangePermissionsRequest request, bool replace, ApiCall call)
    {
        await experiments.ChangeAsync(call.Caller, Needed.ExperimentId(id), AccessControlLists.Wished(request.AccessControlList, AccessControlLists.ExperimentLevel), replace, call.Cancel);
        return await OfExperimentAsync(id, call);
    }

    private async Task<PermissionLevelsResponse> ExperimentLevelsAsync(string id, Empty request, ApiCall call)
    {
        await experiments.ListAsync(call.Caller, Needed.ExperimentId(id), call.Cancel);
        return new(LevelNames.OfExperiments.ToMessages());
    }
}
