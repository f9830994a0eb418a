using Microsoft.EntityFrameworkCore;
using MlHub.Adapters.Databases.Sqlite;
using MlHub.Testing.Webhooks;
using MlHub.Webhooks;

namespace MlHub.Testing.Durability;

/// <summary>Deliveries that were on their way when the hub was killed, by how far they were, and those that came more than once.</summary>
public sealed record WebhookKillReport(int Deliveries, int BetweenCommitAndSend, int BetweenSendAndMark, int CameAgain);

/// <summary>
/// Kills a hub, whose receivers all are one, right after a change was acknowledged, and again when every receiver has a delivery in hand
/// and none has answered. Then nothing may be missing, and what came twice must bear the same id.
/// </summary>
public sealed class WebhookKills(Func<HubProcess> start, string dataDirectory, WebhookReceiver receiver, int webhooks)
{
    public static readonly string[] Settings =
        ["MlHub:Access:Mode=Open", "MlHub:Webhooks:AllowedNetworks:0=127.0.0.0/8", "MlHub:Webhooks:AllowHttp=true", "Logging:LogLevel:Default=Warning"];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private volatile bool _holds;
    private int _betweenCommitAndSend, _betweenSendAndMark;

    private string Database => Path.Combine(dataDirectory, "mlhub.db");

    /// <exception cref="BrokenPromiseException">Something was lost, or came again as another.</exception>
    public async Task<WebhookKillReport> RunAsync(int cycles)
    {
        receiver.Answer = (context, _) => _holds ? Task.Delay(Timeout.Infinite, context.RequestAborted) : Task.CompletedTask;
        await PrepareAsync();
        var hub = start();
        for (var cycle = 1; cycle <= cycles; cycle++)
        {
            await KillBeforeSendingAsync(hub);
            hub = await KillBeforeMarkingAsync(cycle);
            await Eventually.TrueAsync(async () => await AskAsync("SELECT count(*) FROM webhook_deliveries WHERE state = 1") == webhooks * cycle, Patience);
        }

        await hub.StopAsync();
        hub.Dispose();
        return await ReportAsync(cycles);
    }

    private async Task PrepareAsync()
    {
        using (var hub = start())
        {
            using var client = await ClientAsync(hub);
            await client.CallAsync("/registered-models/create", new { name = "prices" });
            await hub.StopAsync();
        }

        using var turn = new SqliteWriteLock();
        await using var db = new SqliteHubDb(new DbContextOptionsBuilder<SqliteHubDb>().UseSqlite($"Data Source={Database};Pooling=False").Options, turn);
        var now = DateTimeOffset.UtcNow;
        db.AddRange(Enumerable.Range(0, webhooks).Select(i => new Webhook
        {
            PublicId = Guid.CreateVersion7().ToString("N"),
            Family = WebhookFamily.Hub,
            Target = WebhookTarget.Mlflow,
            Name = $"hook {i}",
            Url = $"{receiver.Url}/{i}",
            Status = WebhookStatus.Active,
            Events = [WebhookEvents.VersionCreated],
            OwnerId = Guid.Empty,
            CreatedAt = now,
            UpdatedAt = now,
            SinceSeq = 0,
        }));
        await db.SaveChangesAsync();
    }

    private async Task KillBeforeSendingAsync(HubProcess hub)
    {
        using var client = await ClientAsync(hub);
        var before = receiver.Received.Count;
        await client.CallAsync("/model-versions/create", new { name = "prices", source = "s3://models/prices" });
        hub.Kill();
        hub.Dispose();
        _betweenCommitAndSend += webhooks - (receiver.Received.Count - before);
    }

    /// <summary>The hub that goes on after that.</summary>
    private async Task<HubProcess> KillBeforeMarkingAsync(int cycle)
    {
        _holds = true;
        var before = receiver.Received.Count;
        using (var hub = start())
        {
            var missing = webhooks * cycle - (int)await AskAsync("SELECT count(*) FROM webhook_deliveries WHERE state = 1");
            await Eventually.TrueAsync(() => receiver.Received.Count - before == missing, Patience);
            hub.Kill();
        }

        _betweenSendAndMark += webhooks * cycle - (int)await AskAsync("SELECT count(*) FROM webhook_deliveries WHERE state = 1");
        _holds = false;
        return start();
    }

    private async Task<WebhookKillReport> ReportAsync(int cycles)
    {
        var received = receiver.Received;
        // What was sent tells the version; the path tells the webhook.
        var each = received.GroupBy(r => (r.Path, r.Text)).ToList();
        BrokenPromiseException.Require(each.Count == webhooks * cycles, $"{webhooks * cycles} deliveries were due, {each.Count} came.");
        BrokenPromiseException.Require(each.TrueForAll(e => e.Select(r => r.Id).Distinct().Count() == 1), "A delivery came again under another id.");
        BrokenPromiseException.Require(received.Select(r => r.Id).Distinct().Count() == each.Count, "Two deliveries bore the same id.");
        BrokenPromiseException.Require(await AskAsync("SELECT count(*) FROM webhook_deliveries") == each.Count, "There are more deliveries than were due.");
        return new(each.Count, _betweenCommitAndSend, _betweenSendAndMark, each.Count(e => e.Count() > 1));
    }

    private async Task<long> AskAsync(string sql) => long.Parse(await Databases.OlderDatabase.AskAsync(Database, sql), System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<HttpClient> ClientAsync(HubProcess hub) => new() { BaseAddress = await hub.ListeningAsync() };
}
