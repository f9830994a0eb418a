using MlHub.Protocol.Access;
using MlHub.Web.Api;

namespace MlHub.Web.Access;

/// <summary>The permission calls of MLflow's auth app: experiments/permissions/* and registered-models/permissions/*.</summary>
public sealed class AccessEndpoints(ExperimentSharing experiments, RegistrySharing models)
{
    public void Map(MlflowRoutes api)
    {
        api.Post<ExperimentPermissionRequest, ExperimentPermissionResponse>("/experiments/permissions/create", Scopes.TrackingWrite, SetAsync);
        api.Patch<ExperimentPermissionRequest, ExperimentPermissionResponse>("/experiments/permissions/update", Scopes.TrackingWrite, SetAsync);
        api.Get<ExperimentPermissionRequest, ExperimentPermissionResponse>("/experiments/permissions/get", Scopes.TrackingRead, GetAsync);
        api.Delete<ExperimentPermissionRequest, Empty>("/experiments/permissions/delete", Scopes.TrackingWrite, DeleteAsync);
        api.Post<ModelPermissionRequest, ModelPermissionResponse>("/registered-models/permissions/create", Scopes.RegistryWrite, SetOnModelAsync);
        api.Patch<ModelPermissionRequest, ModelPermissionResponse>("/registered-models/permissions/update", Scopes.RegistryWrite, SetOnModelAsync);
        api.Get<ModelPermissionRequest, ModelPermissionResponse>("/registered-models/permissions/get", Scopes.RegistryRead, GetOnModelAsync);
        api.Delete<ModelPermissionRequest, Empty>("/registered-models/permissions/delete", Scopes.RegistryWrite, DeleteOnModelAsync);
    }

    private async Task<ExperimentPermissionResponse> SetAsync(ExperimentPermissionRequest request, ApiCall call)
    {
        var (id, user) = (Needed.ExperimentId(request.ExperimentId), Needed.Text(request.Username, "username"));
        var permission = AuthLevels.Parse(Needed.Text(request.Permission, "permission"));
        await experiments.SetAsync(call.Caller, id, user, permission.AsExperiments(), call.Cancel);
        return new(new(id.ToString(), user, user, permission.ToAuth()));
    }

    private async Task<ExperimentPermissionResponse> GetAsync(ExperimentPermissionRequest request, ApiCall call)
    {
        var (id, user) = (Needed.ExperimentId(request.ExperimentId), Needed.Text(request.Username, "username"));
        return await experiments.GetAsync(call.Caller, id, user, call.Cancel) is var permission and not Permission.None
            ? new(new(id.ToString(), user, user, permission.AsRegistry().ToAuth()))
            : throw HubException.NotFound($"Experiment permission with experiment_id={id} and username={user} not found");
    }

    private async Task<Empty> DeleteAsync(ExperimentPermissionRequest request, ApiCall call)
    {
        await experiments.SetAsync(
            call.Caller, Needed.ExperimentId(request.ExperimentId), Needed.Text(request.Username, "username"), Permission.None, call.Cancel);
        return Empty.Answer;
    }

    private async Task<ModelPermissionResponse> SetOnModelAsync(ModelPermissionRequest request, ApiCall call)
    {
        var (name, user) = (Needed.Text(request.Name, "name"), Needed.Text(request.Username, "username"));
        var permission = AuthLevels.Parse(Needed.Text(request.Permission, "permission"));
        await models.SetByNameAsync(call.Caller, name, user, permission, call.Cancel);
        return new(new(name, user, user, permission.ToAuth()));
    }

    private async Task<ModelPermissionResponse> GetOnModelAsync(ModelPermissionRequest request, ApiCall call)
    {
        var (name, user) = (Needed.Text(request.Name, "name"), Needed.Text(request.Username, "username"));
        return await models.GetByNameAsync(call.Caller, name, user, call.Cancel) is var permission and not RegistryPermission.None
            ? new(new(name, user, user, permission.ToAuth()))
            : throw HubException.NotFound($"Registered model permission with name={name} and username={user} not found");
    }

    private async Task<Empty> DeleteOnModelAsync(ModelPermissionRequest request, ApiCall call)
    {
        await models.SetByNameAsync(call.Caller, Needed.Text(request.Name, "name"), Needed.Text(request.Username, "username"), RegistryPermission.None, call.Cancel);
        return Empty.Answer;
    }
}

/// <summary>The levels of MLflow's auth app.</summary>
internal static class AuthLevels
{
    /// <exception cref="HubException">Invalid, with the valid names.</exception>
    public static RegistryPermission Parse(string name) => name switch
    {
        "READ" => RegistryPermission.Read,
        "EDIT" => RegistryPermission.Edit,
        "MANAGE" => RegistryPermission.Manage,
        "NO_PERMISSIONS" => RegistryPermission.None,
        _ => throw HubException.Invalid($"Invalid permission '{MlHub.Tracking.LogRules.Shown(name)}'. Valid permissions are: READ, EDIT, MANAGE, NO_PERMISSIONS"),
    };

    /// <summary>What the auth app does not know counts as the next lower level.</summary>
    public static string ToAuth(this RegistryPermission permission) => permission switch
    {
        RegistryPermission.Manage => "MANAGE",
        >= RegistryPermission.Edit => "EDIT",
        RegistryPermission.Read => "READ",
        _ => "NO_PERMISSIONS",
    };
}
