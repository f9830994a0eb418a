using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Events;
using MlHub.Web.Shell;

namespace MlHub.Web.Tests.Account;

/// <summary>From the page that sets it up to the sign-in that asks for it, as a browser without scripts does it.</summary>
public sealed class SecondFactorTests : IAsyncLifetime
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(30);

    private readonly TestClock _clock = Visitor.ClockOfToday();
    private readonly TestHub _hub;
    private readonly Visitor _ann;

    public SecondFactorTests()
    {
        _hub = new() { Replace = s => s.AddSingleton<TimeProvider>(_clock) };
        _ann = new(_hub);
    }

    public async ValueTask InitializeAsync() => await _hub.GivenUserAsync("ann");

    public async ValueTask DisposeAsync()
    {
        _ann.Dispose();
        await _hub.DisposeAsync();
    }

    [Fact]
    public async Task A_sign_in_asks_for_the_code_and_takes_each_code_once()
    {
        var (key, recovery) = await _ann.SetUpSecondFactorAsync("ann", _clock);
        using var other = new Visitor(_hub);

        var step = await other.SignInAsync("ann");
        var early = await other.GetAsync(HubUrls.Account);
        var usedAtSetUp = await other.EnterCodeAsync(Visitor.CodeOf(key, _clock));
        _clock.Advance(Step);
        var wrong = await other.EnterCodeAsync(Visitor.CodeOf(key, _clock, later: 40));
        var right = await other.EnterCodeAsync(Visitor.CodeOf(key, _clock));
        var inside = await other.GetAsync(HubUrls.Account);
        using var third = new Visitor(_hub);
        await third.SignInAsync("ann");
        var replayed = await third.EnterCodeAsync(Visitor.CodeOf(key, _clock));

        Assert.Equal(10, recovery.Count);
        Assert.Equal(HubUrls.SecondStep(), step.Location);
        Assert.StartsWith(HubUrls.SignIn(), early.Location, StringComparison.Ordinal);
        Assert.All([usedAtSetUp, wrong, replayed], answer => Assert.Contains("The code is wrong, or was used before.", answer.Html));
        Assert.Equal((302, 200), (right.Status, inside.Status));
    }

    [Fact]
    public async Task Of_many_who_send_one_code_at_once_one_gets_in()
    {
        var (key, _) = await _ann.SetUpSecondFactorAsync("ann", _clock);
        _clock.Advance(Step);
        var visitors = Enumerable.Range(0, 6).Select(_ => new Visitor(_hub)).ToList();
        var pages = new List<Visited>();
        foreach (var visitor in visitors)
        {
            await visitor.SignInAsync("ann");
            pages.Add(await visitor.GetAsync(HubUrls.SecondStep()));
        }

        var answers = await Task.WhenAll(visitors.Zip(pages, (v, p) => Task.Run(() => v.SubmitAsync(p, "code", ("Code", Visitor.CodeOf(key, _clock))))));

        Assert.InRange(answers.Count(a => a.Status == 302), 0, 1);
        Assert.All(answers, a => Assert.True(a.Status is 200 or 302, $"{a.Status}"));
        visitors.ForEach(v => v.Dispose());
    }

    [Fact]
    public async Task A_recovery_code_opens_the_account_once()
    {
        var (_, recovery) = await _ann.SetUpSecondFactorAsync("ann", _clock);
        using var first = new Visitor(_hub);
        using var second = new Visitor(_hub);

        await first.SignInAsync("ann");
        var used = await first.EnterCodeAsync(recovery[0]);
        await second.SignInAsync("ann");
        var again = await second.EnterCodeAsync(recovery[0]);

        Assert.Equal((302, 200), (used.Status, again.Status));
        Assert.Contains("You have 9 recovery codes left.", (await first.GetAsync(HubUrls.SecondFactor)).Html);
    }

    [Fact]
    public async Task Five_wrong_codes_lock_the_account()
    {
        var (key, _) = await _ann.SetUpSecondFactorAsync("ann", _clock);
        _clock.Advance(Step);
        using var guesser = new Visitor(_hub);
        await guesser.SignInAsync("ann");

        for (var i = 0; i < 4; i++)
        {
            Assert.Contains("The code is wrong", (await guesser.EnterCodeAsync("000000")).Html);
        }

        var fifth = await guesser.EnterCodeAsync("AAAAA-AAAAA");
        var right = await guesser.EnterCodeAsync(Visitor.CodeOf(key, _clock));

        Assert.All([fifth, right], answer => Assert.Contains("The account is locked for five minutes.", answer.Html));
        await using var db = _hub.Open();
        Assert.Equal(1, await db.Events.CountAsync(e => e.Kind == EventKinds.UserLockedOut));
    }

    [Fact]
    public async Task Without_a_password_before_it_a_code_opens_nothing()
    {
        await _ann.SetUpSecondFactorAsync("ann", _clock);
        using var stranger = new Visitor(_hub);

        Assert.StartsWith(HubUrls.SignIn(), (await stranger.GetAsync(HubUrls.SecondStep())).Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_is_refused_with_the_password_alone_and_told_what_to_use()
    {
        var before = await _hub.Basic("ann", TestHub.Password).GotAsync("/experiments/search?max_results=1");
        await _ann.SetUpSecondFactorAsync("ann", _clock);

        var after = await _hub.Basic("ann", TestHub.Password).GotAsync("/experiments/search?max_results=1");

        Assert.Equal((200, 401, "UNAUTHENTICATED"), (before.Status, after.Status, after.Code));
        Assert.Contains("Use an access token", after.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Neither_key_nor_recovery_codes_are_stored_in_clear()
    {
        var (key, recovery) = await _ann.SetUpSecondFactorAsync("ann", _clock);

        await using var db = _hub.Open();
        var stored = string.Join('\n', await db.UserTokens.Select(t => t.Value).ToListAsync());
        Assert.Equal(3, await db.UserTokens.CountAsync());
        Assert.DoesNotContain(key, stored, StringComparison.Ordinal);
        Assert.DoesNotContain(recovery, stored.Contains);
    }

    [Fact]
    public async Task Turning_it_off_asks_for_password_and_code()
    {
        var (key, _) = await _ann.SetUpSecondFactorAsync("ann", _clock);
        _clock.Advance(Step);
        (string, string) off = ("Ask.Action", "off"), password = ("Ask.Password", TestHub.Password);

        var noPassword = await _ann.SubmitAsync(HubUrls.SecondFactor, "change", off, ("Ask.Password", "not the password"), ("Ask.Code", Visitor.CodeOf(key, _clock)));
        var noCode = await _ann.SubmitAsync(HubUrls.SecondFactor, "change", off, password, ("Ask.Code", "000000"));
        var done = await _ann.SubmitAsync(HubUrls.SecondFactor, "change", off, password, ("Ask.Code", Visitor.CodeOf(key, _clock)));
        using var other = new Visitor(_hub);
        var signedIn = await other.SignInAsync("ann");

        Assert.Contains("The password is wrong.", noPassword.Html);
        Assert.Contains("The code is wrong", noCode.Html);
        Assert.Contains("The second factor is off.", done.Html);
        Assert.Equal(HubUrls.Home, signedIn.Location);
        await using var db = _hub.Open();
        Assert.False(await db.UserTokens.AnyAsync());
        Assert.Equal(
            [EventKinds.UserSecondFactorOn, EventKinds.UserSecondFactorOff],
            await db.Events.Where(e => e.Kind.StartsWith("user.second")).OrderBy(e => e.Id).Select(e => e.Kind).ToListAsync());
    }

    [Fact]
    public async Task The_offer_made_to_one_person_is_no_use_to_another()
    {
        await _ann.SignInAsync("ann");
        var offer = await _ann.SubmitAsync(HubUrls.SecondFactor, "change", ("Ask.Password", TestHub.Password), ("Ask.Action", "replace"));
        var ticket = offer.Html.Split("name=\"Ask.Ticket\" value=\"")[1].Split('"')[0];
        await _hub.GivenUserAsync("bob");
        using var bob = new Visitor(_hub);
        await bob.SignInAsync("bob");
        var his = await bob.SubmitAsync(HubUrls.SecondFactor, "change", ("Ask.Password", TestHub.Password), ("Ask.Action", "replace"));

        var answer = await bob.SubmitAsync(his, "change", ("Ask.Action", "turn-on"), ("Ask.Ticket", ticket), ("Ask.Code", "000000"));

        Assert.Contains("This took too long. Start again.", answer.Html);
    }
}
