using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MlHub.Access;
using MlHub.Adapters.Databases;
using MlHub.Events;
using MlHub.Testing.Databases;
using MlHub.Tracking;

namespace MlHub.Core.Tests.Events;

/// <summary>Every committed event gets its place in one chain, and nobody can change the past unseen.</summary>
public sealed class EventChainTests
{
    private static CancellationToken None => CancellationToken.None;

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Events_written_by_many_at_once_are_linked_without_gaps_by_two_nodes(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await using var first = await ChainAsync(database);
        await using var second = await ChainAsync(database);
        var run = await database.GivenRunAsync();

        await Task.WhenAll(Enumerable.Range(0, 16).Select(async i =>
        {
            for (var n = 0; n < 10; n++)
            {
                await RecordAsync(database, $"writer {i}");
                await database.Logs.AppendAsync(Caller.System, run.RunId, new RunLog([], [], [new($"k{i}", $"{n}")]), None);
            }
        }));

        await Eventually.TrueAsync(async () => await CountAsync(database) == (320, 320));
        var report = await new AuditChain(database.Hub).VerifyAsync(Caller.System, null, None);
        Assert.Equal((320, null), (report.Links, report.Fault));
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Events_of_a_hub_that_had_no_chain_are_linked_when_it_starts(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        for (var n = 0; n < 30; n++)
        {
            await RecordAsync(database, $"old {n}");
        }

        await using var chain = await ChainAsync(database);

        await Eventually.TrueAsync(async () => await CountAsync(database) == (30, 30));
        Assert.True((await new AuditChain(database.Hub).VerifyAsync(Caller.System, null, None)).IsWhole);
    }

    [Fact]
    public async Task An_event_that_appears_behind_what_there_was_at_the_start_is_linked()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql);
        await using var slow = database.Hub.Open();
        await using var transaction = await slow.Database.BeginTransactionAsync(None);
        slow.Record(Caller.System, DateTimeOffset.UtcNow, "test.slow", "slow");
        await slow.SaveChangesAsync(None);
        await RecordAsync(database, "fast");
        await using (await ChainAsync(database))
        {
            await Eventually.TrueAsync(async () => await CountAsync(database) == (1, 1));
        }

        await using var chain = await ChainAsync(database);
        await RecordAsync(database, "next");
        await Eventually.TrueAsync(async () => await CountAsync(database) == (2, 2));
        await transaction.CommitAsync(None);

        await Eventually.TrueAsync(async () => await CountAsync(database) == (3, 3));
    }

    [Fact]
    public async Task An_event_that_appears_behind_later_ones_is_linked_after_them()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql);
        await using var chain = await ChainAsync(database);
        await using var slow = database.Hub.Open();
        await using var transaction = await slow.Database.BeginTransactionAsync(None);
        slow.Record(Caller.System, DateTimeOffset.UtcNow, "test.slow", "slow");
        await slow.SaveChangesAsync(None);
        await RecordAsync(database, "fast");
        await Eventually.TrueAsync(async () => await CountAsync(database) == (1, 1));

        await transaction.CommitAsync(None);

        await Eventually.TrueAsync(async () => await CountAsync(database) == (2, 2));
        await using var db = database.Hub.Open();
        var order = await db.EventLinks.OrderBy(l => l.Seq).Join(db.Events, l => l.EventId, e => e.Id, (l, e) => new { l.Seq, e.Subject }).ToListAsync(None);
        Assert.Equal(["fast", "slow"], order.OrderBy(o => o.Seq).Select(o => o.Subject));
        Assert.True((await new AuditChain(database.Hub).VerifyAsync(Caller.System, null, None)).IsWhole);
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task The_database_refuses_to_change_or_remove_what_was_recorded(DatabaseProvider provider)
    {
        await using var database = await GivenChainAsync(provider);
        await using var db = database.Hub.Open();

        foreach (var sql in (string[])["UPDATE events SET actor = 'x'", "DELETE FROM events WHERE id = 2", "UPDATE event_links SET seq = seq + 10", "DELETE FROM event_links"])
        {
            var refusal = await Assert.ThrowsAnyAsync<DbException>(() => db.Database.ExecuteSqlRawAsync(sql, None));
            Assert.Contains("append-only", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("UPDATE events SET after = 'x' WHERE id = 3", 3, "changed")]
    [InlineData("UPDATE events SET actor_id = NULL, address = '10.0.0.1' WHERE id = 4", 4, "changed")]
    [InlineData("UPDATE event_links SET hash = zeroblob(32) WHERE seq = 2", 2, "does not fit")]
    [InlineData("PRAGMA foreign_keys = OFF; DELETE FROM events WHERE id = 3", 3, "missing")]
    [InlineData("DELETE FROM event_links WHERE seq = 4", 4, "missing")]
    [InlineData("PRAGMA foreign_keys = OFF; UPDATE event_links SET event_id = -event_id WHERE seq IN (2, 3); UPDATE event_links SET event_id = 5 + event_id WHERE event_id < 0", 2, "does not fit")]
    public async Task Whoever_gets_past_the_triggers_is_found_out(string tampering, long seq, string reason)
    {
        await using var database = await GivenChainAsync(DatabaseProvider.Sqlite);
        await TamperAsync(database, tampering);

        var report = await new AuditChain(database.Hub).VerifyAsync(Caller.System, null, None);

        Assert.Equal((seq - 1, seq), (report.Links, report.Fault?.Seq));
        Assert.Contains(reason, report.Fault!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chain_cut_at_its_end_is_found_out_by_what_was_read_of_it()
    {
        await using var database = await GivenChainAsync(DatabaseProvider.Sqlite);
        await database.Hub.WriteAsync(db => Task.FromResult(db.Add(new ListenerPosition { Listener = "reader", Seq = 5 })), None);
        await TamperAsync(database, "DELETE FROM event_links WHERE seq = 5; DELETE FROM events WHERE id = 5");

        var report = await new AuditChain(database.Hub).VerifyAsync(Caller.System, null, None);

        Assert.Equal((4, 5), (report.Links, report.Fault?.Seq));
    }

    [Fact]
    public void The_canonical_form_stays_what_the_documentation_says()
    {
        var row = new HubEvent
        {
            Id = 7,
            At = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123),
            Actor = "zoë",
            ActorId = Guid.Parse("0193A0D2-0000-7000-8000-000000000001"),
            Via = "page",
            Address = "::1",
            UserAgent = null,
            Kind = "version.moved",
            Subject = "fraud/3",
            ModelId = 2,
            Version = 3,
            Before = """{"stage":"None"}""",
            After = """{"stage":"Staging"}""",
        };
        const string form = "mlhub-event-1\n1:2,1:7,13:1700000000123,4:zoë,36:0193a0d2-0000-7000-8000-000000000001,4:page,3:::1,-,13:version.moved,7:fraud/3,-,1:2,1:3,16:{\"stage\":\"None\"},19:{\"stage\":\"Staging\"},";

        var hash = ChainHash.Of(ChainHash.Start, 2, row);

        Assert.Equal(System.Security.Cryptography.SHA256.HashData([.. new byte[32], .. System.Text.Encoding.UTF8.GetBytes(form)]), hash);
    }

    [Fact]
    public async Task Only_administrators_may_read_the_log()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var ann = await database.GivenPersonAsync("ann", Experiment.DefaultId, Permission.Manage);

        await Assert.ThrowsAsync<HubException>(() => new AuditChain(database.Hub).VerifyAsync(ann, null, None));
        await Assert.ThrowsAsync<HubException>(() => new AuditChain(database.Hub).HeadOrNullAsync(ann, None));
        await Assert.ThrowsAsync<HubException>(() => new AuditLog(database.Hub).SearchAsync(ann, new(), 10, null, None));
        await Assert.ThrowsAsync<HubException>(async () => await new AuditLog(database.Hub).ExportAsync(ann, new(), None).GetAsyncEnumerator(None).MoveNextAsync());
    }

    private static async Task<TestDatabase> GivenChainAsync(DatabaseProvider provider)
    {
        var database = await TestDatabase.CreateAsync(provider);
        for (var n = 1; n <= 5; n++)
        {
            await RecordAsync(database, $"subject {n}");
        }

        await using var chain = await ChainAsync(database);
        await Eventually.TrueAsync(async () => await CountAsync(database) == (5, 5));
        return database;
    }

    private static async Task<RunningChain> ChainAsync(TestDatabase database)
    {
        var worker = new EventChainWorker(database.Hub, database.Services.GetRequiredService<EventSignal>(), TimeProvider.System, NullLogger<EventChainWorker>.Instance);
        await worker.StartAsync(None);
        return new(worker);
    }

    private static Task RecordAsync(TestDatabase database, string subject) => database.Hub.WriteAsync(
        db =>
        {
            db.Record(Caller.System, DateTimeOffset.UtcNow, "test.happened", subject, after: new { subject });
            return Task.CompletedTask;
        },
        None);

    private static async Task<(int Links, long Head)> CountAsync(TestDatabase database)
    {
        await using var db = database.Hub.Open();
        return (await db.EventLinks.CountAsync(None), await db.EventLinks.MaxAsync(l => (long?)l.Seq, None) ?? 0);
    }

    private static async Task TamperAsync(TestDatabase database, string sql)
    {
        await using var db = database.Hub.Open();
        await db.Database.OpenConnectionAsync(None);
        await db.Database.ExecuteSqlRawAsync(
            "DROP TRIGGER events_no_update; DROP TRIGGER events_no_delete; DROP TRIGGER event_links_no_update; DROP TRIGGER event_links_no_delete", None);
        await db.Database.ExecuteSqlRawAsync(sql, None);
    }

    private sealed class RunningChain(EventChainWorker worker) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await worker.StopAsync(None);
            worker.Dispose();
        }
    }
}
