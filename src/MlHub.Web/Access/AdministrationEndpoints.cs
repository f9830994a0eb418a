using MlHub.Protocol.Access;
using MlHub.Web.Api;

namespace MlHub.Web.Access;

/// <summary>MlHub's own calls for groups, service accounts and effective rights.</summary>
public sealed class AdministrationEndpoints(Groups groups, Accounts accounts, ServiceAccounts serviceAccounts, AccessTokens tokens, EffectiveRights rights)
{
    public void Map(MlflowRoutes mlhub)
    {
        mlhub.Post<GroupNameRequest, GroupResponse>("/groups/create", Scopes.Admin, CreateGroupAsync);
        mlhub.Get<Empty, GroupsResponse>("/groups/list", Scopes.Admin, ListGroupsAsync);
        mlhub.Post<RenameGroupRequest, Empty>("/groups/rename", Scopes.Admin, RenameGroupAsync);
        mlhub.Delete<GroupNameRequest, Empty>("/groups/delete", Scopes.Admin, DeleteGroupAsync);
        mlhub.Post<GroupMemberRequest, Empty>("/groups/add-member", Scopes.Admin, AddMemberAsync);
        mlhub.Post<GroupMemberRequest, Empty>("/groups/remove-member", Scopes.Admin, RemoveMemberAsync);
        mlhub.Post<GroupNameRequest, ServiceAccountResponse>("/service-accounts/create", Scopes.Admin, CreateServiceAccountAsync);
        mlhub.Get<Empty, ServiceAccountsResponse>("/service-accounts/list", Scopes.Admin, ListServiceAccountsAsync);
        mlhub.Delete<GroupNameRequest, Empty>("/service-accounts/delete", Scopes.Admin, DeleteServiceAccountAsync);
        mlhub.Post<CreateServiceTokenRequest, ServiceTokenResponse>("/service-accounts/create-token", Scopes.Admin, CreateTokenAsync);
        mlhub.Get<EffectiveRightsRequest, EffectiveRightsResponse>("/effective-rights", Scopes.RegistryRead, RightsAsync);
    }

    private async Task<GroupResponse> CreateGroupAsync(GroupNameRequest request, ApiCall call)
    {
        var group = await groups.CreateAsync(call.Caller, Needed.Text(request.Name, "name"), call.Cancel);
        return new(ToMessage(new GroupDetails(group, [])));
    }

    private async Task<GroupsResponse> ListGroupsAsync(Empty request, ApiCall call) => new([.. (await groups.ListAsync(call.Caller, call.Cancel)).Select(ToMessage)]);

    private async Task<Empty> RenameGroupAsync(RenameGroupRequest request, ApiCall call)
    {
        await groups.RenameAsync(call.Caller, Needed.Text(request.Name, "name"), Needed.Text(request.NewName, "new_name"), call.Cancel);
        return Empty.Answer;
    }

    private async Task<Empty> DeleteGroupAsync(GroupNameRequest request, ApiCall call)
    {
        await groups.DeleteAsync(call.Caller, Needed.Text(request.Name, "name"), call.Cancel);
        return Empty.Answer;
    }

    private async Task<Empty> AddMemberAsync(GroupMemberRequest request, ApiCall call)
    {
        await groups.AddMemberAsync(call.Caller, Needed.Text(request.Name, "name"), Needed.Text(request.Username, "username"), call.Cancel);
        return Empty.Answer;
    }

    private async Task<Empty> RemoveMemberAsync(GroupMemberRequest request, ApiCall call)
    {
        await groups.RemoveMemberAsync(call.Caller, Needed.Text(request.Name, "name"), Needed.Text(request.Username, "username"), call.Cancel);
        return Empty.Answer;
    }

    private async Task<ServiceAccountResponse> CreateServiceAccountAsync(GroupNameRequest request, ApiCall call)
    {
        var user = await serviceAccounts.CreateAsync(call.Caller, Needed.Text(request.Name, "name"), call.Cancel);
        return new(ToMessage(new AccountDetails(user, [], 0)));
    }

    private async Task<ServiceAccountsResponse> ListServiceAccountsAsync(Empty request, ApiCall call) =>
        new([.. (await accounts.ListAsync(call.Caller, null, serviceAccounts: true, call.Cancel)).Select(ToMessage)]);

    private async Task<Empty> DeleteServiceAccountAsync(GroupNameRequest request, ApiCall call)
    {
        await accounts.DeleteAsync(call.Caller, new(PrincipalKind.ServiceAccount, Needed.Text(request.Name, "name")), call.Cancel);
        return Empty.Answer;
    }

    private async Task<ServiceTokenResponse> CreateTokenAsync(CreateServiceTokenRequest request, ApiCall call)
    {
        var scopes = Needed.Entry(request.Scopes, "scopes").Select(Scope).Aggregate(Scopes.None, (all, one) => all | one);
        List<string>? models = request.Models is { Count: > 0 } sent ? [.. sent.Select(m => Needed.Text(m, "models"))] : null;
        var created = await tokens.CreateForAsync(
            call.Caller, Needed.Text(request.ServiceAccount, "service_account"), Needed.Text(request.Name, "name"), scopes,
            TimeSpan.FromDays(Math.Clamp(request.Days ?? 90, 0, 100_000)), call.Cancel, models);
        return new(
            created.Token.Id, created.Text, [.. TokenScopes.Of(created.Token.Scopes).Select(s => s.Scope.ToString())], created.Token.ExpiresAt.ToUnixTimeMilliseconds(), models);
    }

    private async Task<EffectiveRightsResponse> RightsAsync(EffectiveRightsRequest request, ApiCall call)
    {
        var user = Needed.Text(request.User, "user");
        var found = request.Experiment is { Length: > 0 } experiment
            ? await rights.OnExperimentAsync(call.Caller, user, Needed.ExperimentId(experiment), call.Cancel)
            : await rights.OnModelAsync(call.Caller, user, Needed.Text(request.Model, "model"), call.Cancel);
        return new(
            found.Who.Name, found.Subject, found.Level.ToWire(),
            [.. found.Sources.Select(s => new RightSourceMessage(s.Text, s.Level.ToWire(), s.Wins))],
            [.. found.Abilities.Select(a => new AbilityMessage(a.Ability.Name, a.Ability.Needed.ToWire(), a.IsAllowed, a.Reason))]);
    }

    private static Scopes Scope(string? name) =>
        TokenScopes.All.FirstOrDefault(s => s.Scope.ToString() == name)?.Scope
        ?? throw HubException.Invalid($"Invalid value for parameter 'scopes' supplied: each is one of {string.Join(", ", TokenScopes.All.Select(s => s.Scope))}.");

    private static GroupMessage ToMessage(GroupDetails details) =>
        new(details.Group.Id.ToString(), details.Group.Name, details.Group.CreatedAt.ToUnixTimeMilliseconds(), details.Members);

    private static ServiceAccountMessage ToMessage(AccountDetails account) =>
        new(account.User.Id.ToString(), account.User.UserName!, account.User.IsDisabled, account.User.CreatedAt.ToUnixTimeMilliseconds(), account.Groups, account.Tokens);
}
