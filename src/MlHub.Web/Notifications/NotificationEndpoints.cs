using System.Globalization;
using MlHub.Notifications;
using MlHub.Protocol.Notifications;
using MlHub.Registry;
using MlHub.Web.Api;

namespace MlHub.Web.Notifications;

/// <summary>MlHub's inbox/* and follows/*: one's own notifications, and what one wants to hear of.</summary>
public sealed class NotificationEndpoints(Inbox inbox, Follows follows)
{
    public void Map(MlflowRoutes hub)
    {
        hub.Get<ListInboxRequest, ListInboxResponse>("/inbox/list", Scopes.RegistryRead, ListAsync);
        hub.Post<MarkReadRequest, Empty>("/inbox/mark-read", Scopes.RegistryWrite, MarkReadAsync);
        hub.Get<FollowRequest, FollowResponse>("/follows/get", Scopes.RegistryRead, GetFollowAsync);
        hub.Post<SetModelFollowRequest, FollowResponse>("/follows/set-model", Scopes.RegistryWrite, SetModelAsync);
        hub.Post<SetVersionFollowRequest, FollowResponse>("/follows/set-version", Scopes.RegistryWrite, SetVersionAsync);
    }

    private async Task<ListInboxResponse> ListAsync(ListInboxRequest request, ApiCall call)
    {
        var max = (int)Math.Clamp(request.MaxResults ?? 50, int.MinValue, int.MaxValue);
        var page = await inbox.ListAsync(call.Caller, request.UnreadOnly == true, max, request.PageToken, call.Cancel);
        return new([.. page.Items.Select(ToMessage)], await inbox.UnreadCountAsync(call.Caller, call.Cancel), page.NextPageToken);
    }

    private async Task<Empty> MarkReadAsync(MarkReadRequest request, ApiCall call)
    {
        await (request switch
        {
            { Ids: { } ids, UpTo: null } => inbox.MarkReadAsync(call.Caller, ids, call.Cancel),
            { Ids: null, UpTo: { } last } => inbox.MarkAllReadAsync(call.Caller, last, call.Cancel),
            _ => throw HubException.Invalid("Missing value for required parameter 'ids': name either ids or up_to."),
        });
        return Empty.Answer;
    }

    private Task<FollowResponse> GetFollowAsync(FollowRequest request, ApiCall call) => FindAsync(request.Name, request.Version, call);

    private async Task<FollowResponse> SetModelAsync(SetModelFollowRequest request, ApiCall call)
    {
        var level = Needed.Text(request.Level, "level");
        var parsed = Enum.GetNames<FollowLevel>().FirstOrDefault(n => n.Equals(level, StringComparison.OrdinalIgnoreCase))
            ?? throw HubException.Invalid("Invalid value for parameter 'level' supplied: It must be one of ALL, FOLLOWED, MUTED.");
        await follows.SetModelAsync(call.Caller, Needed.Text(request.Name, "name"), Enum.Parse<FollowLevel>(parsed), call.Cancel);
        return await FindAsync(request.Name, null, call);
    }

    private async Task<FollowResponse> SetVersionAsync(SetVersionFollowRequest request, ApiCall call)
    {
        var key = VersionKey.Parse(Needed.Text(request.Name, "name"), Needed.Text(request.Version, "version"));
        await follows.SetVersionAsync(call.Caller, key, Needed.Value(request.Follow, "follow"), call.Cancel);
        return await FindAsync(request.Name, request.Version, call);
    }

    private async Task<FollowResponse> FindAsync(string? name, string? version, ApiCall call)
    {
        var model = Needed.Text(name, "name");
        var number = version is null ? (int?)null : VersionKey.Parse(model, version).Number;
        var state = await follows.GetAsync(call.Caller, model, number, call.Cancel);
        return new(state.Level.ToString().ToUpperInvariant(), number is null ? null : state.FollowsVersion);
    }

    private static NotificationMessage ToMessage(InboxEntry entry)
    {
        var told = entry.Notification;
        return new(
            told.Id, told.Kind, told.Text, told.Actor, told.At.ToUnixTimeMilliseconds(), entry.Model,
            told.Version?.ToString(CultureInfo.InvariantCulture), told.ReadAt is not null);
    }
}
