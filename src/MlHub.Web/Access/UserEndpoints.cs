using MlHub.Protocol.Access;
using MlHub.Web.Api;

namespace MlHub.Web.Access;

/// <summary>The accounts' calls of MLflow's auth app, users/*.</summary>
public sealed class UserEndpoints(Accounts accounts, IServiceScopeFactory scopes)
{
    public void Map(MlflowRoutes api)
    {
        api.Post<CreateUserRequest, UserResponse>("/users/create", Scopes.Admin, CreateAsync);
        api.Get<UserNameRequest, UserResponse>("/users/get", Scopes.TrackingRead, GetAsync);
        api.Get<Empty, UserResponse>("/users/current", Scopes.TrackingRead, (_, call) => ToResponseAsync(call.Caller.Name, call));
        api.Get<Empty, UsersResponse>("/users/list", Scopes.Admin, ListAsync);
        api.Patch<UpdatePasswordRequest, Empty>("/users/update-password", Scopes.Admin, UpdatePasswordAsync);
        api.Patch<UpdateAdminRequest, Empty>("/users/update-admin", Scopes.Admin, UpdateAdminAsync);
        api.Delete<UserNameRequest, Empty>("/users/delete", Scopes.Admin, DeleteAsync);
    }

    private async Task<UserResponse> CreateAsync(CreateUserRequest request, ApiCall call)
    {
        var (name, password) = (Needed.Text(request.Username, "username"), Needed.Text(request.Password, "password"));
        await using var scope = scopes.CreateAsyncScope();
        var user = await scope.ServiceProvider.GetRequiredService<People>().CreateAsync(call.Caller, name, password, isAdmin: false, call.Cancel);
        return new(new(user.Id.ToString(), user.UserName!, user.IsAdmin, [], []));
    }

    private Task<UserResponse> GetAsync(UserNameRequest request, ApiCall call) => ToResponseAsync(Needed.Text(request.Username, "username"), call);

    private async Task<UsersResponse> ListAsync(Empty request, ApiCall call) =>
        new([.. (await accounts.ListAsync(call.Caller, null, serviceAccounts: false, call.Cancel)).Select(a => new UserMessage(a.User.Id.ToString(), a.User.UserName!, a.User.IsAdmin, [], []))]);

    private async Task<Empty> UpdatePasswordAsync(UpdatePasswordRequest request, ApiCall call)
    {
        var (name, password) = (Needed.Text(request.Username, "username"), Needed.Text(request.Password, "password"));
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<People>().SetPasswordAsync(call.Caller, name, password, call.Cancel);
        return Empty.Answer;
    }

    private async Task<Empty> UpdateAdminAsync(UpdateAdminRequest request, ApiCall call)
    {
        await accounts.SetAdminAsync(call.Caller, Needed.Text(request.Username, "username"), Needed.Value(request.IsAdmin, "is_admin"), call.Cancel);
        return Empty.Answer;
    }

    private async Task<Empty> DeleteAsync(UserNameRequest request, ApiCall call)
    {
        await accounts.DeleteAsync(call.Caller, new(PrincipalKind.User, Needed.Text(request.Username, "username")), call.Cancel);
        return Empty.Answer;
    }

    private async Task<UserResponse> ToResponseAsync(string userName, ApiCall call)
    {
        var (user, experiments, models) = await accounts.GetAsync(call.Caller, userName, call.Cancel);
        var name = user.UserName!;
        return new(new(
            user.Id.ToString(), name, user.IsAdmin,
            [.. experiments.Select(e => new ExperimentPermissionMessage(e.ExperimentId.ToString(), name, name, e.Permission.AsRegistry().ToAuth()))],
            [.. models.Select(m => new ModelPermissionMessage(m.Model, name, name, m.Permission.ToAuth()))]));
    }
}
