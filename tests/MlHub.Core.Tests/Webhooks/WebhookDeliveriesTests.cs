using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using MlHub.Access;
using MlHub.Core.Tests.Access;
using MlHub.Events;
using MlHub.Webhooks;

namespace MlHub.Core.Tests.Webhooks;

/// <summary>What people do with the log of deliveries.</summary>
public sealed class WebhookDeliveriesTests : IAsyncLifetime
{
    private WebhookScene _scene = null!;
    private Webhook _webhook = null!;
    private ScriptedSender _sender = null!;

    public async ValueTask InitializeAsync()
    {
        _scene = await WebhookScene.CreateAsync();
        _webhook = await _scene.GivenWebhookAsync("https://tools.example/hook");
        _sender = new(m => ScriptedSender.Answered(m.Attempt == 1 ? 200 : 500));
        await _scene.StartNodeAsync(_sender);
        await _scene.HappenedAsync(5);
        await _scene.DeliveredAsync(5);
    }

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task Pages_are_newest_first_and_neither_skip_nor_repeat()
    {
        var first = await ListAsync(new(), 2, null);
        var second = await ListAsync(new(), 2, first.NextPageToken);
        var third = await ListAsync(new(), 2, second.NextPageToken);

        Assert.Equal([5L, 4, 3, 2, 1], first.Items.Concat(second.Items).Concat(third.Items).Select(d => d.Seq!.Value));
        Assert.Null(third.NextPageToken);
    }

    [Fact]
    public async Task Filters_leave_what_fits()
    {
        Assert.Equal(5, (await ListAsync(new(State: DeliveryState.Delivered, Event: WebhookEvents.VersionCreated, Status: 200))).Items.Count);
        Assert.Empty((await ListAsync(new(State: DeliveryState.Failed))).Items);
        Assert.Empty((await ListAsync(new(Event: WebhookEvents.ModelCreated))).Items);
        Assert.Empty((await ListAsync(new(Status: 500))).Items);
        Assert.Empty((await ListAsync(new(From: _scene.Clock.GetUtcNow().AddSeconds(1)))).Items);
        Assert.Empty((await ListAsync(new(To: _scene.Clock.GetUtcNow().AddSeconds(-1)))).Items);
    }

    [Fact]
    public async Task One_is_sent_again_under_its_id_and_the_audit_knows_who_did_it()
    {
        var line = (await ListAsync(new())).Items[0];

        await _scene.Operations.SendAgainAsync(_scene.Mia, _webhook.PublicId, line.Id, default);

        await Eventually.TrueAsync(() => _sender.Sent.Count == 6);
        Assert.Equal(2, _sender.Sent.Count(m => m.MessageId == line.MessageId));
        await Eventually.TrueAsync(async () => (await _scene.Operations.GetAsync(_scene.Mia, _webhook.PublicId, line.Id, default)).Attempts.Count == 2);
        await using var db = _scene.Database.Hub.Open();
        var told = await db.Events.SingleAsync(e => e.Kind == EventKinds.WebhookRedelivered);
        Assert.Equal(("mia", _webhook.PublicId), (told.Actor, told.Subject));
        Assert.Contains("\"deliveries\":1", told.After, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_who_manages_the_model_sees_that_there_is_a_webhook()
    {
        var ann = await _scene.Database.GivenUserAsync("ann");
        await using (var db = _scene.Database.Hub.Open())
        {
            await db.GivenGrantAsync(_scene.Model, ann, RegistryPermission.ManageProduction);
        }

        var delivery = (await ListAsync(new())).Items[0].Id;
        Func<Caller, string, Task>[] calls =
        [
            (who, id) => _scene.Operations.ListAsync(who, id, new(), 10, null, default), (who, id) => _scene.Operations.GetAsync(who, id, delivery, default),
            (who, id) => _scene.Operations.SendAgainAsync(who, id, delivery, default), (who, id) => _scene.Operations.SendFailedAgainAsync(who, id, default, default),
            (who, id) => Tests.SendAsync(who, id, null, default),
        ];
        foreach (var call in calls)
        {
            var hidden = await Assert.ThrowsAsync<HubException>(() => call(ann, _webhook.PublicId));
            var absent = await Assert.ThrowsAsync<HubException>(() => call(_scene.Mia, "0"));
            Assert.Equal((HubError.NotFound, absent.Message.Replace("0", "", StringComparison.Ordinal)), (hidden.Error, hidden.Message.Replace(_webhook.PublicId, "", StringComparison.Ordinal)));
        }

        Assert.Equal(5, _sender.Sent.Count);
    }

    [Fact]
    public async Task Nothing_is_sent_again_to_a_webhook_that_is_not_active()
    {
        await _scene.Database.Hub.WriteAsync(db => db.Webhooks.ExecuteUpdateAsync(w => w.SetProperty(x => x.Status, WebhookStatus.TestMode)), default);

        var refusal = await Assert.ThrowsAsync<HubException>(() => _scene.Operations.SendFailedAgainAsync(_scene.Mia, _webhook.PublicId, default, default));

        Assert.Equal(HubError.Conflict, refusal.Error);
    }

    [Fact]
    public async Task A_test_is_sent_at_once_whatever_the_status_and_so_many_a_minute()
    {
        await _scene.Database.Hub.WriteAsync(db => db.Webhooks.ExecuteUpdateAsync(w => w.SetProperty(x => x.Status, WebhookStatus.TestMode)), default);
        var tests = Tests;

        for (var i = 0; i < Limits.WebhookCallsPerMinute; i++)
        {
            Assert.Equal(200, (await tests.SendAsync(_scene.Mia, _webhook.PublicId, WebhookEvents.VersionCreated, default)).Status);
        }

        Assert.Equal(HubError.TooManyRequests, (await Assert.ThrowsAsync<HubException>(() => tests.SendAsync(_scene.Mia, _webhook.PublicId, null, default))).Error);
        Assert.Equal(HubError.Invalid, (await Assert.ThrowsAsync<HubException>(() => tests.SendAsync(_scene.Mia, _webhook.PublicId, WebhookEvents.RunFailed, default))).Error);
        Assert.Equal(5, (await _scene.DeliveriesAsync()).Count);
        _scene.Clock.Advance(TimeSpan.FromMinutes(1));
        await tests.SendAsync(_scene.Mia, _webhook.PublicId, null, default);
    }

    [Fact]
    public async Task What_is_old_or_too_much_is_trimmed_from_the_old_end()
    {
        var upkeep = new WebhookUpkeepWorker(_scene.Database.Hub, _scene.Clock, NullLogger<WebhookUpkeepWorker>.Instance);

        await upkeep.TrimAsync(3, default);
        Assert.Equal([3L, 4, 5], (await _scene.DeliveriesAsync()).Select(d => d.Seq!.Value));

        _scene.Clock.Advance(TimeSpan.FromDays(29));
        await upkeep.TrimAsync(3, default);
        Assert.Equal(3, (await _scene.DeliveriesAsync()).Count);
        _scene.Clock.Advance(TimeSpan.FromDays(2));
        await upkeep.TrimAsync(3, default);
        Assert.Empty(await _scene.DeliveriesAsync());
        Assert.Empty(await _scene.AttemptsAsync());
    }

    [Fact]
    public async Task A_deleted_webhook_takes_a_long_log_along_and_leaves_that_of_others()
    {
        var other = await _scene.GivenWebhookAsync("https://other.example/hook");
        await _scene.HappenedAsync();
        await _scene.DeliveredAsync(7);
        var now = _scene.Clock.GetUtcNow();
        await _scene.Database.Hub.WriteAsync(
            db => db.AddRangeAsync(Enumerable.Range(1, 600).Select(n => new WebhookDelivery
            {
                WebhookId = _webhook.Id,
                Seq = 1000 + n,
                MessageId = $"msg_{n}",
                Event = WebhookEvents.VersionCreated,
                Subject = "m/1",
                Body = [],
                CreatedAt = now,
                State = DeliveryState.Failed,
                Attempts = 10,
                NextAt = now,
            })),
            default);

        await new MlHub.Webhooks.Webhooks(_scene.Database.Hub, new(_sender, new([])), _scene.Box, _scene.Clock).DeleteAsync(_scene.Mia, null, _webhook.PublicId, default);

        Assert.Equal(other.Id, (await _scene.DeliveriesAsync()).Single().WebhookId);
        Assert.Equal(other.Id, await OnlyWebhookAsync());
    }

    private async Task<long> OnlyWebhookAsync()
    {
        await using var db = _scene.Database.Hub.Open();
        return await db.Webhooks.Select(w => w.Id).SingleAsync();
    }

    private WebhookTests Tests => new(_scene.Database.Hub, _sender, _scene.Box, new(_scene.Clock), GivenWebhook.Links, _scene.Clock);

    private Task<Page<DeliveryLine>> ListAsync(DeliverySearch search, int max = 10, string? token = null) =>
        _scene.Operations.ListAsync(_scene.Mia, _webhook.PublicId, search, max, token, default);
}
