using MlHub.Access;
using MlHub.Adapters.Databases;
using MlHub.Testing.Databases;

namespace MlHub.Core.Tests.Notifications;

/// <summary>Who is mailed what and when, through a real mail server.</summary>
public sealed class MailWorkerTests
{
    private static readonly TimeSpan Gathered = TimeSpan.FromSeconds(30);
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task News_is_mailed_once_with_a_link_to_its_page(DatabaseProvider provider)
    {
        await using var scene = await MailScene.CreateAsync(provider);
        await scene.GivenNewsAsync(await scene.GivenPersonAsync("dana"), "omar commented on prices version 1: “größer”");
        scene.Clock.Advance(Gathered);

        await scene.Node().SendDueAsync(None);
        scene.Clock.Advance(TimeSpan.FromHours(2));
        await scene.Node().SendDueAsync(None);

        var mail = Assert.Single(scene.Server.StopAndRead());
        Assert.Equal(("mlhub@hub.example", "dana@people.example"), (mail.From, Assert.Single(mail.To)));
        Assert.Equal("omar commented on prices version 1: “größer”", mail.Subject);
        Assert.Equal(["omar commented on prices version 1: “größer”", "https://hub.example/ml/models/prices/versions/1"], mail.Text.ReplaceLineEndings("\n").Split('\n')[..2]);
        Assert.Equal("<https://hub.example/ml/account>", mail.Header("List-Unsubscribe"));
        Assert.Equal("auto-generated", mail.Header("Auto-Submitted"));
        Assert.Matches(@"^<[\d.-]+@hub\.example>$", mail.Header("Message-ID"));
    }

    [Fact]
    public async Task What_happens_within_half_a_minute_is_one_mail_in_the_order_of_events()
    {
        await using var scene = await MailScene.CreateAsync();
        var (dana, ada) = (await scene.GivenPersonAsync("dana"), await scene.GivenPersonAsync("ada"));
        await scene.GivenNewsAsync(dana, "first");
        scene.Clock.Advance(Gathered - TimeSpan.FromSeconds(1));
        await scene.GivenNewsAsync(dana, "second", "version.moved");
        await scene.GivenNewsAsync(ada, "for ada");
        await scene.Node().SendDueAsync(None);
        scene.Clock.Advance(TimeSpan.FromSeconds(1));
        await scene.GivenNewsAsync(dana, "third");

        await scene.Node().SendDueAsync(None);

        var mail = Assert.Single(scene.Server.StopAndRead());
        Assert.Equal("3 notifications about prices", mail.Subject);
        Assert.Equal(["first", "second", "third"], Sentences(mail.Text));
    }

    [Theory]
    [InlineData("refuses")]
    [InlineData("disabled")]
    [InlineData("no address")]
    public async Task Who_refuses_mail_is_disabled_or_has_no_address_gets_none(string why)
    {
        await using var scene = await MailScene.CreateAsync();
        var never = await scene.GivenPersonAsync("never", u => (u.RefusesMail, u.IsDisabled, u.Email) = (why == "refuses", why == "disabled", why == "no address" ? "" : u.Email));
        await scene.GivenNewsAsync(never, "hidden");
        await scene.GivenNewsAsync(await scene.GivenPersonAsync("dana"), "told");
        scene.Clock.Advance(Gathered);

        await scene.Node().SendDueAsync(None);

        Assert.Equal("told", Assert.Single(scene.Server.StopAndRead()).Subject);
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Nobody_is_told_of_a_model_that_they_may_no_longer_read(DatabaseProvider provider)
    {
        await using var scene = await MailScene.CreateAsync(provider);
        var (dana, ada) = (await scene.GivenPersonAsync("dana"), await scene.GivenPersonAsync("ada", u => u.IsAdmin = true));
        await using var db = scene.Database.Hub.Open();
        var secret = await db.GivenModelAsync("secret");
        await scene.GivenNewsAsync(dana, "may", modelId: null);
        await scene.GivenNewsAsync(dana, "may not", modelId: secret.Id);
        await scene.GivenNewsAsync(ada, "an administrator may", modelId: secret.Id);
        scene.Clock.Advance(Gathered);

        await scene.Node().SendDueAsync(None);
        scene.Clock.Advance(Gathered);
        await scene.Node().SendDueAsync(None);

        Assert.Equal(["an administrator may", "may"], scene.Server.StopAndRead().Select(m => m.Subject).Order());
    }

    [Fact]
    public async Task What_is_older_than_a_day_is_no_news()
    {
        await using var scene = await MailScene.CreateAsync();
        var dana = await scene.GivenPersonAsync("dana");
        await scene.GivenNewsAsync(dana, "old");
        scene.Clock.Advance(TimeSpan.FromHours(23));
        await scene.GivenNewsAsync(dana, "young");
        scene.Clock.Advance(TimeSpan.FromHours(1));

        await scene.Node().SendDueAsync(None);

        Assert.Equal(["young"], Sentences(Assert.Single(scene.Server.StopAndRead()).Text));
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Beyond_the_days_limit_of_a_kind_one_mail_says_so_and_no_more_come_until_the_next_day(DatabaseProvider provider)
    {
        await using var scene = await MailScene.CreateAsync(provider);
        var dana = await scene.GivenPersonAsync("dana");

        await TellAsync("one", "two");
        await TellAsync("three");
        await TellAsync("four", "five");
        await TellAsync("six");
        await scene.GivenNewsAsync(dana, "moved", "version.moved");
        await TellAsync("seven");
        scene.Clock.Advance(TimeSpan.FromHours(12));
        await TellAsync("next day");

        var mails = scene.Server.StopAndRead();
        Assert.Equal([["one", "two"], ["three"], [], ["moved"], ["next day"]], mails.Select(m => Sentences(m.Text)));
        var said = Assert.Single(mails, m => m.Text.Contains("Limit reached", StringComparison.Ordinal));
        Assert.Contains("limit reached", said.Subject, StringComparison.Ordinal);
        Assert.Contains("\"comment created\"", said.Text, StringComparison.Ordinal);

        async Task TellAsync(params string[] news)
        {
            foreach (var text in news)
            {
                await scene.GivenNewsAsync(dana, text);
            }

            scene.Clock.Advance(Gathered);
            await scene.Node(cap: 3).SendDueAsync(None);
        }
    }

    [Fact]
    public async Task The_limit_may_be_reached_in_the_middle_of_a_mail()
    {
        await using var scene = await MailScene.CreateAsync();
        var dana = await scene.GivenPersonAsync("dana");
        for (var i = 1; i <= 25; i++)
        {
            await scene.GivenNewsAsync(dana, $"comment {i}");
        }

        scene.Clock.Advance(Gathered);
        await scene.Node().SendDueAsync(None);

        var mail = Assert.Single(scene.Server.StopAndRead());
        Assert.Equal(Enumerable.Range(1, 20).Select(i => $"comment {i}"), Sentences(mail.Text));
        Assert.Contains("Limit reached", mail.Text, StringComparison.Ordinal);
    }

    /// <summary>The lines that stand above a link to a version.</summary>
    private static string[] Sentences(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        return [.. lines.Zip(lines.Skip(1)).Where(l => l.Second.Contains("/versions/", StringComparison.Ordinal)).Select(l => l.First)];
    }
}
