using MlHub.Protocol.Access;
using MlHub.Web.Api;

namespace MlHub.Web.Access;

/// <summary>The calls of MLflow's auth app that a team needs first: users/create and experiments/permissions/*.</summary>
public sealed class AccessEndpoints(ExperimentSharing sharing, IServiceScopeFactory scopes)
{
    public void Map(MlflowRoutes api)
    {
        api.Post<CreateUserRequest, UserResponse>("/users/create", Scopes.Admin, CreateUserAsync);
        api.Post<ExperimentPermissionRequest, ExperimentPermissionResponse>("/experiments/permissions/create", Scopes.TrackingWrite, SetAsync);
        api.Patch<ExperimentPermissionRequest, ExperimentPermissionResponse>("/experiments/permissions/update", Scopes.TrackingWrite, SetAsync);
        api.Get<ExperimentPermissionRequest, ExperimentPermissionResponse>("/experiments/permissions/get", Scopes.TrackingRead, GetAsync);
        api.Delete<ExperimentPermissionRequest, Empty>("/experiments/permissions/delete", Scopes.TrackingWrite, DeleteAsync);
    }

    private async Task<UserResponse> CreateUserAsync(CreateUserRequest request, ApiCall call)
    {
        await using var scope = scopes.CreateAsyncScope();
        var user = await scope.ServiceProvider.GetRequiredService<People>().CreateAsync(
            call.Caller, Needed.Text(request.Username, "username"), Needed.Text(request.Password, "password"), isAdmin: false, call.Cancel);
        return new(new(user.Id.ToString(), user.UserName!, user.IsAdmin));
    }

    private async Task<ExperimentPermissionResponse> SetAsync(ExperimentPermissionRequest request, ApiCall call)
    {
        var (id, user) = (Needed.ExperimentId(request.ExperimentId), Needed.Text(request.Username, "username"));
        var permission = Parse(Needed.Text(request.Permission, "permission"));
        await sharing.SetAsync(call.Caller, id, user, permission, call.Cancel);
        return ToResponse(id, user, permission);
    }

    private async Task<ExperimentPermissionResponse> GetAsync(ExperimentPermissionRequest request, ApiCall call)
    {
        var (id, user) = (Needed.ExperimentId(request.ExperimentId), Needed.Text(request.Username, "username"));
        return await sharing.GetAsync(call.Caller, id, user, call.Cancel) is var permission and not Permission.None
            ? ToResponse(id, user, permission)
            : throw HubException.NotFound($"Experiment permission with experiment_id={id} and username={user} not found");
    }

    private async Task<Empty> DeleteAsync(ExperimentPermissionRequest request, ApiCall call)
    {
        await sharing.SetAsync(
            call.Caller, Needed.ExperimentId(request.ExperimentId), Needed.Text(request.Username, "username"), Permission.None, call.Cancel);
        return Empty.Answer;
    }

    private static Permission Parse(string name) => name switch
    {
        "READ" => Permission.Read,
        "EDIT" => Permission.Edit,
        "MANAGE" => Permission.Manage,
        "NO_PERMISSIONS" => Permission.None,
        _ => throw HubException.Invalid($"Invalid permission '{MlHub.Tracking.LogRules.Shown(name)}'. Valid permissions are: READ, EDIT, MANAGE, NO_PERMISSIONS"),
    };

    private static ExperimentPermissionResponse ToResponse(long id, string user, Permission permission) =>
        new(new(id.ToString(), user, permission == Permission.None ? "NO_PERMISSIONS" : permission.ToString().ToUpperInvariant()));
}
