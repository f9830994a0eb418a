using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MlHub.Access;
using MlHub.Adapters.Databases;
using MlHub.Events;
using MlHub.Live;
using MlHub.Notifications;
using MlHub.Registry;
using MlHub.Reviews;
using MlHub.Testing.Databases;
using MlHub.Tracking;

namespace MlHub.Core.Tests.Notifications;

/// <summary>Who hears of what happens in the registry. Ann made the model; Omar may move versions to Production, Rita may read, Sam may do nothing.</summary>
public sealed class FanOutTests : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private RegisteredModel _model = null!;
    private ModelVersion _version = null!;
    private Caller _ann = null!, _omar = null!, _rita = null!, _sam = null!;
    private long _tick = 1_700_000_000_000;

    private static CancellationToken None => CancellationToken.None;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        _ann = await PersonAsync("ann");
        _omar = await PersonAsync("omar");
        _rita = await PersonAsync("rita");
        _sam = await PersonAsync("sam");
        await using var db = _database.Hub.Open();
        _model = await db.GivenModelAsync("fraud", _ann);
        _version = await db.GivenVersionAsync(_model, author: _ann);
        await db.GivenGrantAsync(_model, _omar, RegistryPermission.ManageProduction);
        await db.GivenGrantAsync(_model, _rita, RegistryPermission.Read);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Who_made_the_model_hears_all_of_it_except_their_own_doing()
    {
        await HappenedAsync(_ann, EventKinds.ModelCreated, null, new { name = "fraud" });
        await HappenedAsync(_ann, EventKinds.VersionCreated, 1, new { stage = "None" });
        await HappenedAsync(_omar, EventKinds.VersionMoved, 1, new { stage = "Staging" }, new { stage = "None" });

        Assert.Equal(["ann: omar moved fraud version 1 from None to Staging"], await ToldAsync());
    }

    [Fact]
    public async Task Taking_part_in_a_version_follows_it()
    {
        await HappenedAsync(_rita, EventKinds.CommentCreated, 1, new { id = "c", text = "is this ready?" });
        await HappenedAsync(_omar, EventKinds.CommentCreated, 1, new { id = "d", text = "soon" });

        Assert.Equal(["rita: omar commented on fraud version 1: “soon”"], await ToldAsync());
    }

    [Fact]
    public async Task Who_unfollowed_is_not_made_to_follow_again_and_who_muted_hears_nothing()
    {
        await Follows.SetVersionAsync(_rita, new("fraud", 1), false, None);
        await Follows.SetModelAsync(_ann, "fraud", FollowLevel.Muted, None);
        await Follows.SetVersionAsync(_ann, new("fraud", 1), true, None);
        await HappenedAsync(_rita, EventKinds.CommentCreated, 1, new { id = "c", text = "hello" });
        await HappenedAsync(_omar, EventKinds.CommentCreated, 1, new { id = "d", text = "hi" });

        Assert.Empty(await ToldAsync());
        Assert.False((await Follows.GetAsync(_rita, "fraud", 1, None)).FollowsVersion);
    }

    [Fact]
    public async Task A_mention_reaches_even_who_muted_but_nobody_who_may_not_read()
    {
        await Follows.SetModelAsync(_rita, "fraud", FollowLevel.Muted, None);
        await HappenedAsync(_omar, EventKinds.CommentCreated, 1, new { id = "c", text = "@Rita, @sam and @omar: look. Write to ann@example.org." });

        Assert.Equal(["rita: omar mentioned you on fraud version 1: “@Rita, @sam and @omar: look. Write to ann@example.org.”"], await ToldAsync());
    }

    [Fact]
    public async Task Editing_a_comment_tells_only_who_is_newly_named()
    {
        await HappenedAsync(_omar, EventKinds.CommentUpdated, 1, new { id = "c", text = "@rita @ann" }, new { id = "c", text = "@rita" });

        Assert.Equal(["ann: omar mentioned you on fraud version 1: “@rita @ann”"], await ToldAsync());
    }

    [Fact]
    public async Task A_request_reaches_everyone_who_may_decide_it()
    {
        var admin = await PersonAsync("ada", isAdmin: true);
        await HappenedAsync(_rita, EventKinds.RequestOpened, 1, new { id = 1, fromStage = "None", toStage = "Production", comment = "please" });

        Assert.Equal(
            [
                "ada: rita asks to move fraud version 1 to Production: “please”",
                "ann: rita asks to move fraud version 1 to Production: “please”",
                "omar: rita asks to move fraud version 1 to Production: “please”",
            ],
            await ToldAsync());
        Assert.NotEqual(Guid.Empty, admin.Id);
    }

    [Fact]
    public async Task A_policys_approvers_alone_are_asked()
    {
        await _database.Hub.WriteAsync(
            db => Task.FromResult(db.Add(new StoredPolicy { ModelId = _model.Id, Stage = Stage.Production, Json = """{"approverUsers":["OMAR","rita"]}""", UpdatedBy = "ann", UpdatedAt = DateTimeOffset.UtcNow })), None);
        await HappenedAsync(_ann, EventKinds.RequestOpened, 1, new { id = 1, fromStage = "None", toStage = "Production" });

        Assert.Equal(["omar: ann asks to move fraud version 1 to Production"], await ToldAsync());
    }

    [Fact]
    public async Task An_approval_is_told_once_and_not_again_as_a_move()
    {
        await HappenedAsync(_rita, EventKinds.RequestOpened, 1, new { id = 7, fromStage = "None", toStage = "Staging" });
        await HappenedAsync(_omar, EventKinds.RequestApproved, 1, new { id = 7, toStage = "Staging", comment = "good", creator = "rita" });
        await HappenedAsync(_omar, EventKinds.VersionMoved, 1, new { stage = "Staging", requestId = 7 }, new { stage = "None" });

        Assert.Contains("rita: omar approved moving fraud version 1 to Staging: “good”", await ToldAsync());
        Assert.DoesNotContain(await ToldAsync(), t => t.Contains("moved", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_checks_only_failures_are_told()
    {
        await Follows.SetModelAsync(_rita, "fraud", FollowLevel.All, None);
        await HappenedAsync(_omar, EventKinds.CheckReported, 1, new { name = "bias", state = "Passed", summary = "fine" });
        await HappenedAsync(_omar, EventKinds.CheckReported, 1, new { name = "drift", state = "Failed", summary = "too far" });

        Assert.Equal(["rita: The check drift failed on fraud version 1: “too far”"], await ToldAsync());
    }

    [Fact]
    public async Task How_a_deployment_ended_is_told_to_who_asked_for_it_and_who_follows_and_to_nobody_who_may_not_read()
    {
        await HappenedAsync(Caller.System, EventKinds.DeploymentDone, 1, new { target = "edge", version = 1, owner = _omar.Id });
        await HappenedAsync(Caller.System, EventKinds.DeploymentFailed, null, new { target = "edge", isRemoval = true, reason = "no route", owner = _sam.Id });
        await Follows.SetModelAsync(_rita, "fraud", FollowLevel.All, None);
        await HappenedAsync(Caller.System, EventKinds.DeploymentRemoved, null, new { target = "edge", owner = _omar.Id });

        Assert.Equal(
            [
                "omar: fraud version 1 is on edge",
                "rita: fraud version 1 is on edge",
                "rita: fraud could not be taken from edge: no route",
                "omar: fraud is no longer on edge",
                "rita: fraud is no longer on edge",
            ],
            await ToldAsync());
    }

    [Fact]
    public async Task Those_who_follow_hear_how_the_model_is_served_but_not_of_a_worker_that_is_back_in_seconds()
    {
        await Follows.SetModelAsync(_rita, "fraud", FollowLevel.All, None);
        await HappenedAsync(_ann, EventKinds.ServingEnabled, null, new { });
        await HappenedAsync(_ann, EventKinds.TrafficSet, 1, new { endpoint = "Production", kind = "Canary", percent = 10 });
        await HappenedAsync(Caller.System, EventKinds.ServingFailed, 1, new { state = "Failing", reason = "signal 9" });
        await HappenedAsync(Caller.System, EventKinds.ServingFailed, 1, new { state = "Failed", reason = "It is no model." });
        await HappenedAsync(_ann, EventKinds.CaptureSet, null, new { share = 0, days = 7 });

        Assert.Equal(
            [
                "rita: ann began to serve fraud",
                "rita: ann gives fraud version 1 a share of 10 % of Production",
                "rita: fraud version 1 was given up and does not answer any more: It is no model.",
                "rita: ann no longer keeps requests to fraud",
            ],
            await ToldAsync());
    }

    [Fact]
    public async Task Nothing_is_told_twice_by_two_nodes_or_after_a_restart()
    {
        await Follows.SetModelAsync(_rita, "fraud", FollowLevel.All, None);
        for (var n = 0; n < 60; n++)
        {
            await HappenedAsync(_omar, EventKinds.CommentCreated, 1, new { id = $"c{n}", text = $"number {n}" });
        }

        var first = await ToldAsync(nodes: 2);
        var again = await ToldAsync();

        Assert.Equal(60, first.Count);
        Assert.Equal(first, again);
    }

    [Fact]
    public async Task What_somebody_may_no_longer_read_leaves_their_inbox()
    {
        await Follows.SetModelAsync(_rita, "fraud", FollowLevel.All, None);
        await HappenedAsync(_omar, EventKinds.CommentCreated, 1, new { id = "c", text = "secret" });
        await ToldAsync();
        Assert.Equal(1, await Inbox.UnreadCountAsync(_rita, None));

        await _database.Hub.WriteAsync(db => db.RegistryGrants.Where(g => g.UserId == _rita.Id).ExecuteDeleteAsync(None), None);

        Assert.Equal(0, await Inbox.UnreadCountAsync(_rita, None));
        Assert.Empty((await Inbox.ListAsync(_rita, false, 10, null, None)).Items);
    }

    [Fact]
    public async Task Reading_marks_ones_own_lines_and_pages_neither_skip_nor_repeat()
    {
        await Follows.SetModelAsync(_rita, "fraud", FollowLevel.All, None);
        await Follows.SetModelAsync(_ann, "fraud", FollowLevel.All, None);
        for (var n = 0; n < 5; n++)
        {
            await HappenedAsync(_omar, EventKinds.CommentCreated, 1, new { id = $"c{n}", text = $"{n}" });
        }

        await ToldAsync();
        var newest = await Inbox.ListAsync(_rita, false, 3, null, None);
        var older = await Inbox.ListAsync(_rita, false, 3, newest.NextPageToken, None);
        await Inbox.MarkReadAsync(_rita, [newest.Items[0].Notification.Id, .. (await Inbox.ListAsync(_ann, false, 1, null, None)).Items.Select(i => i.Notification.Id)], None);
        await Inbox.MarkAllReadAsync(_rita, older.Items[0].Notification.Id, None);

        Assert.Equal(["4", "3", "2", "1", "0"], newest.Items.Concat(older.Items).Select(i => i.Notification.Text.Split('“', '”')[1]));
        Assert.Null(older.NextPageToken);
        Assert.Equal((2, 5), (await Inbox.UnreadCountAsync(_rita, None), await Inbox.UnreadCountAsync(_ann, None)));
    }

    private Follows Follows => new(_database.Hub, new LiveFeed(TimeProvider.System));

    private Inbox Inbox => new(_database.Hub, new LiveFeed(TimeProvider.System), TimeProvider.System);

    private async Task<Caller> PersonAsync(string name, bool isAdmin = false)
    {
        var user = new HubUser { Id = Guid.CreateVersion7(), UserName = name, NormalizedUserName = name.ToUpperInvariant(), IsAdmin = isAdmin };
        await _database.Hub.WriteAsync(db => Task.FromResult(db.Add(user)), None);
        return user.AsCaller();
    }

    private Task HappenedAsync(Caller who, string kind, int? version, object after, object? before = null) => _database.Hub.WriteAsync(
        db =>
        {
            db.Record(who, DateTimeOffset.FromUnixTimeMilliseconds(_tick++), kind, _model, version, before, after);
            return Task.CompletedTask;
        },
        None);

    /// <summary>Lets the workers go through all that happened; what each was told, by name.</summary>
    private async Task<List<string>> ToldAsync(int nodes = 1)
    {
        var signal = _database.Services.GetRequiredService<EventSignal>();
        List<Microsoft.Extensions.Hosting.BackgroundService> workers = [];
        for (var n = 0; n < nodes; n++)
        {
            workers.Add(new EventChainWorker(_database.Hub, signal, TimeProvider.System, NullLogger<EventChainWorker>.Instance));
            workers.Add(new NotificationWorker(_database.Hub, signal, new LiveFeed(TimeProvider.System), NullLogger<NotificationWorker>.Instance));
        }

        await Task.WhenAll(workers.Select(w => w.StartAsync(None)));
        await using var db = _database.Hub.Open();
        await Eventually.TrueAsync(
            async () => await db.Events.CountAsync(None) is var all && await db.ListenerPositions.AnyAsync(p => p.Listener == NotificationWorker.Listener && p.Seq == all, None), TimeSpan.FromSeconds(30));
        await Task.WhenAll(workers.Select(w => w.StopAsync(None)));
        return await db.Notifications.OrderBy(n => n.EventId).Join(db.Users, n => n.UserId, u => u.Id, (n, u) => new { n.EventId, u.UserName, n.Text })
            .OrderBy(n => n.EventId).ThenBy(n => n.UserName).Select(n => n.UserName + ": " + n.Text).ToListAsync(None);
    }
}
