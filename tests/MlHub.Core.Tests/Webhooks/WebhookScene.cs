using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using MlHub.Access;
using MlHub.Adapters.Databases;
using MlHub.Adapters.Webhooks;
using MlHub.Core.Tests.Access;
using MlHub.Events;
using MlHub.Live;
using MlHub.Notifications;
using MlHub.Registry;
using MlHub.Testing.Databases;
using MlHub.Webhooks;

namespace MlHub.Core.Tests.Webhooks;

/// <summary>A hub's database with one model and its manager Mia, a clock that a test moves, and as many nodes as a test starts.</summary>
internal sealed class WebhookScene : IAsyncDisposable
{
    public static readonly WebhookSettings Loopback = new([IPNetwork.Parse("127.0.0.0/8")], AllowHttp: true);

    private readonly List<IHostedService> _workers = [];
    private int _versions;

    private WebhookScene(TestDatabase database) => Database = database;

    public TestDatabase Database { get; }
    public TestClock Clock { get; } = new();
    public RegisteredModel Model { get; private set; } = null!;
    public Caller Mia { get; private set; } = null!;
    public ISecretBox Box { get; set; } = new OpenBox();

    public static async Task<WebhookScene> CreateAsync(DatabaseProvider provider = DatabaseProvider.Sqlite)
    {
        var scene = new WebhookScene(await TestDatabase.CreateAsync(provider));
        scene.Mia = await scene.Database.GivenUserAsync("mia");
        await using var db = scene.Database.Hub.Open();
        scene.Model = await db.GivenModelAsync("prices", scene.Mia);
        return scene;
    }

    /// <param name="change">What is different from an active webhook of Mia's for new versions.</param>
    public async Task<Webhook> GivenWebhookAsync(string url, Action<Webhook>? change = null, long? modelId = -1)
    {
        var webhook = NewWebhook(url, modelId);
        change?.Invoke(webhook);
        await Database.Hub.WriteAsync(db => Task.FromResult(db.Add(webhook)), default);
        return webhook;
    }

    public Webhook NewWebhook(string url, long? modelId = -1) => new()
    {
        PublicId = Guid.CreateVersion7().ToString("N"),
        Family = WebhookFamily.Hub,
        Target = WebhookTarget.Mlflow,
        Name = "team tools",
        Url = url,
        Status = WebhookStatus.Active,
        Events = [WebhookEvents.VersionCreated],
        ModelId = modelId == -1 ? Model.Id : modelId,
        OwnerId = Mia.Id,
        CreatedAt = Clock.GetUtcNow(),
        UpdatedAt = Clock.GetUtcNow(),
        SinceSeq = 0,
    };

    /// <summary>Versions that somebody registered, each with its event.</summary>
    public Task HappenedAsync(int versions = 1) => Database.Hub.WriteAsync(
        db =>
        {
            for (var i = 0; i < versions; i++)
            {
                db.Record(Mia, Clock.GetUtcNow(), EventKinds.VersionCreated, Model, ++_versions);
            }

            return Task.CompletedTask;
        },
        default);

    /// <summary>A node of the hub, at work.</summary>
    public async Task<DeliveryWorker> StartNodeAsync(IWebhookSender sender)
    {
        var signal = Database.Services.GetRequiredService<EventSignal>();
        var delivery = new DeliveryWorker(Database.Hub, signal, sender, Box, Clock, NullLogger<DeliveryWorker>.Instance);
        IHostedService[] workers =
        [
            new EventChainWorker(Database.Hub, signal, Clock, NullLogger<EventChainWorker>.Instance),
            new WebhookFanOutWorker(Database.Hub, signal, GivenWebhook.Links, Clock, NullLogger<WebhookFanOutWorker>.Instance),
            delivery,
        ];
        foreach (var worker in workers)
        {
            await worker.StartAsync(default);
            _workers.Add(worker);
        }

        return delivery;
    }

    public async Task<List<WebhookDelivery>> DeliveriesAsync()
    {
        await using var db = Database.Hub.Open();
        return await db.WebhookDeliveries.AsNoTracking().OrderBy(d => d.Id).ToListAsync();
    }

    public async Task<List<DeliveryAttempt>> AttemptsAsync()
    {
        await using var db = Database.Hub.Open();
        return await db.DeliveryAttempts.AsNoTracking().OrderBy(d => d.Id).ToListAsync();
    }

    /// <summary>The only one, as it stands.</summary>
    public async Task<Webhook> WebhookAsync()
    {
        await using var db = Database.Hub.Open();
        return await db.Webhooks.AsNoTracking().SingleAsync();
    }

    public WebhookDeliveries Operations => new(Database.Hub, Database.Services.GetRequiredService<EventSignal>(), new(Clock), Clock);

    public Task GivenAdminAsync(Caller who) => Database.Hub.WriteAsync(db => db.Users.Where(u => u.Id == who.Id).ExecuteUpdateAsync(u => u.SetProperty(x => x.IsAdmin, true)), default);

    /// <summary>A delivery to the only webhook that some node has in hand.</summary>
    public async Task GivenTakenAsync(DateTimeOffset until)
    {
        var webhook = await WebhookAsync();
        await Database.Hub.WriteAsync(
            db => Task.FromResult(db.Add(new WebhookDelivery
            {
                WebhookId = webhook.Id,
                Seq = 1000,
                MessageId = MessageIds.New(Clock.GetUtcNow()),
                Event = WebhookEvents.VersionCreated,
                Subject = "prices/1",
                Body = [1],
                CreatedAt = Clock.GetUtcNow(),
                State = DeliveryState.Waiting,
                Attempts = 0,
                NextAt = until,
                Lease = Guid.NewGuid(),
            })),
            default);
    }

    /// <summary>Moves the clock to when the only delivery, and its webhook, are due again.</summary>
    public async Task SkipWaitAsync()
    {
        var (delivery, webhook) = ((await DeliveriesAsync())[0], await WebhookAsync());
        var next = webhook.PausedUntil > delivery.NextAt ? webhook.PausedUntil.Value : delivery.NextAt;
        if (next > Clock.GetUtcNow())
        {
            Clock.Advance(next - Clock.GetUtcNow() + TimeSpan.FromMilliseconds(1));
        }
    }

    /// <summary>The one line in somebody's inbox, once it is there.</summary>
    public async Task<string> ToldAsync(Caller who)
    {
        var worker = new NotificationWorker(Database.Hub, Database.Services.GetRequiredService<EventSignal>(), new LiveFeed(Clock), NullLogger<NotificationWorker>.Instance);
        await worker.StartAsync(default);
        _workers.Add(worker);
        var inbox = new Inbox(Database.Hub, new LiveFeed(Clock), Clock);
        await Eventually.TrueAsync(async () => await inbox.UnreadCountAsync(who, default) == 1);
        return (await inbox.ListAsync(who, false, 10, null, default)).Items.Single().Notification.Text;
    }

    public Task AttemptedAsync(int times) => Eventually.TrueAsync(async () => (await AttemptsAsync()).Count >= times);

    public Task DeliveredAsync(int deliveries) =>
        Eventually.TrueAsync(async () => (await DeliveriesAsync()).Count(d => d.State == DeliveryState.Delivered) == deliveries);

    public async Task StopNodesAsync()
    {
        await Task.WhenAll(_workers.Select(w => w.StopAsync(default)));
        _workers.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await StopNodesAsync();
        await Database.DisposeAsync();
    }

    private sealed class OpenBox : ISecretBox
    {
        public string Seal(string secret) => secret;

        public string Open(string sealedSecret) => sealedSecret;
    }
}
