using System.Net;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using MlHub.Adapters.Databases;
using MlHub.Testing.Databases;

namespace MlHub.Core.Tests.Notifications;

/// <summary>No mail is lost, whatever fails, and none is sent twice where nothing does.</summary>
public sealed class MailFailureTests
{
    private static readonly TimeSpan Gathered = TimeSpan.FromSeconds(30);
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Nodes_that_work_at_once_send_each_mail_once(DatabaseProvider provider)
    {
        const int people = 24;
        await using var scene = await MailScene.CreateAsync(provider);
        for (var i = 0; i < people; i++)
        {
            await scene.GivenNewsAsync(await scene.GivenPersonAsync($"p{i}"), $"for p{i}");
        }

        scene.Clock.Advance(Gathered);
        var nodes = Enumerable.Range(0, 3).Select(_ => scene.Node()).ToList();

        await Task.WhenAll(nodes.Select(n => Task.Run(() => n.SendDueAsync(None))));
        // Whoever lost too many races for a claim has its turn in the next round.
        await nodes[0].SendDueAsync(None);

        Assert.Equal(Enumerable.Range(0, people).Select(i => $"p{i}@people.example").Order(), scene.Server.StopAndRead().Select(m => m.To.Single()).Order());
    }

    [Fact]
    public async Task What_waits_while_the_server_is_away_is_sent_when_it_is_back()
    {
        await using var scene = await MailScene.CreateAsync();
        var (dana, ada) = (await scene.GivenPersonAsync("dana"), await scene.GivenPersonAsync("ada"));
        var node = scene.Node();
        scene.Server.Stop();
        await scene.GivenNewsAsync(dana, "first");
        await scene.GivenNewsAsync(ada, "for ada");
        scene.Clock.Advance(Gathered);
        await node.SendDueAsync(None);
        await scene.GivenNewsAsync(dana, "second");

        scene.Server.StartAgain();
        await node.SendDueAsync(None);
        var tooEarly = scene.Server.StopAndRead().Count;
        scene.Server.StartAgain();
        scene.Clock.Advance(TimeSpan.FromSeconds(10));
        await node.SendDueAsync(None);

        var mails = scene.Server.StopAndRead();
        Assert.Equal(0, tooEarly);
        Assert.Equal(["2 notifications about prices", "for ada"], mails.Select(m => m.Subject).Order());
    }

    [Fact]
    public async Task The_wait_between_attempts_grows_to_an_hour()
    {
        await using var scene = await MailScene.CreateAsync();
        scene.Server.Stop();
        await scene.GivenNewsAsync(await scene.GivenPersonAsync("dana"), "news");
        var node = scene.Node();
        var waits = new List<TimeSpan>();

        for (scene.Clock.Advance(Gathered); waits.Count < 12; scene.Clock.Advance(waits[^1]))
        {
            await node.SendDueAsync(None);
            await using var db = scene.Database.Hub.Open();
            waits.Add((await db.Notifications.SingleAsync()).MailAfter!.Value - scene.Clock.GetUtcNow());
        }

        Assert.Equal([10, 10, 20, 40], waits.Take(4).Select(w => w.TotalSeconds));
        Assert.Equal(TimeSpan.FromHours(1), waits[^1]);
        Assert.Equal(waits.Order(), waits);
    }

    [Fact]
    public async Task An_address_that_the_server_refuses_keeps_nobody_else_waiting()
    {
        await using var scene = await MailScene.CreateAsync(DatabaseProvider.Sqlite, "--refuse", "gone@people.example");
        var (gone, broken, dana) = (await scene.GivenPersonAsync("gone"), await scene.GivenPersonAsync("broken", u => u.Email = "no address\r\nBcc: all@people.example"), await scene.GivenPersonAsync("dana"));
        foreach (var reader in new[] { gone, broken, dana })
        {
            await scene.GivenNewsAsync(reader, $"for {reader.Name}");
        }

        scene.Clock.Advance(Gathered);
        await scene.Node().SendDueAsync(None);

        await using var db = scene.Database.Hub.Open();
        Assert.Equal(["for dana"], scene.Server.StopAndRead().Select(m => m.Subject));
        Assert.Equal(["for broken", "for gone"], (await db.Notifications.Where(n => n.MailedAt == null && n.MailAfter != null).ToListAsync()).Select(n => n.Text).Order());
    }

    [Fact]
    public async Task What_a_node_had_in_hand_when_it_died_is_sent_by_another()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var scene = await MailScene.CreateAsync();
        await scene.GivenNewsAsync(await scene.GivenPersonAsync("dana"), "news");
        scene.Clock.Advance(Gathered);
        using var end = new CancellationTokenSource();
        var dying = scene.Node(((IPEndPoint)silent.LocalEndpoint).Port).SendDueAsync(end.Token);
        using var connected = await silent.AcceptTcpClientAsync();

        await scene.Node().SendDueAsync(None);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dying);
        await scene.Node().SendDueAsync(None);
        var whileClaimed = scene.Server.StopAndRead().Count;
        scene.Server.StartAgain();
        scene.Clock.Advance(TimeSpan.FromMinutes(3));
        await scene.Node().SendDueAsync(None);

        Assert.Equal(0, whileClaimed);
        Assert.Equal("news", Assert.Single(scene.Server.StopAndRead()).Subject);
    }

    [Fact]
    public async Task A_mail_that_is_repeated_after_a_crash_has_the_same_id_and_one_that_tells_more_another()
    {
        await using var scene = await MailScene.CreateAsync();
        var dana = await scene.GivenPersonAsync("dana");
        await scene.GivenNewsAsync(dana, "news");
        scene.Clock.Advance(Gathered);
        await scene.Node().SendDueAsync(None);

        await ForgetAsync();
        await scene.Node().SendDueAsync(None);
        await ForgetAsync();
        await scene.GivenNewsAsync(dana, "more");
        await scene.Node().SendDueAsync(None);

        var ids = scene.Server.StopAndRead().Select(m => m.Header("Message-ID")).ToList();
        Assert.Equal(3, ids.Count);
        Assert.Equal(ids[0], ids[1]);
        Assert.NotEqual(ids[0], ids[2]);

        // As if the hub had ended after the server took the mail.
        async Task ForgetAsync()
        {
            await using var db = scene.Database.Hub.Open();
            await db.Notifications.ExecuteUpdateAsync(n => n.SetProperty(x => x.MailedAt, (DateTimeOffset?)null));
            scene.Clock.Advance(TimeSpan.FromMinutes(3));
        }
    }
}
