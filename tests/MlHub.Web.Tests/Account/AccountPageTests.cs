using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Access;
using MlHub.Events;
using MlHub.Web.Shell;

namespace MlHub.Web.Tests.Account;

public sealed class AccountPageTests : IAsyncLifetime
{
    private const string NewPassword = "seven purple elephants";

    private readonly TestClock _clock = Visitor.ClockOfToday();
    private readonly TestHub _hub;
    private readonly Visitor _ann;

    public AccountPageTests()
    {
        _hub = new() { Replace = s => s.AddSingleton<TimeProvider>(_clock) };
        _ann = new(_hub);
    }

    public async ValueTask InitializeAsync()
    {
        await _hub.GivenUserAsync("ann");
        await _ann.SignInAsync("ann");
    }

    public async ValueTask DisposeAsync()
    {
        _ann.Dispose();
        await _hub.DisposeAsync();
    }

    [Fact]
    public async Task A_changed_password_ends_every_other_sign_in()
    {
        using var elsewhere = new Visitor(_hub);
        await elsewhere.SignInAsync("ann");
        Assert.Equal(200, (await elsewhere.GetAsync(HubUrls.Account)).Status);

        var changed = await ChangePasswordAsync(TestHub.Password, NewPassword, NewPassword);
        _clock.Advance(TimeSpan.FromSeconds(61));

        Assert.Contains("The password is changed.", changed.Html);
        Assert.Equal(200, (await _ann.GetAsync(HubUrls.Account)).Status);
        Assert.StartsWith(HubUrls.SignIn(), (await elsewhere.GetAsync(HubUrls.Account)).Location, StringComparison.Ordinal);
        Assert.Equal(401, (await _hub.Basic("ann", TestHub.Password).GotAsync("/experiments/search?max_results=1")).Status);
        Assert.Equal(200, (await _hub.Basic("ann", NewPassword).GotAsync("/experiments/search?max_results=1")).Status);
        Assert.Equal(1, await CountAsync(EventKinds.UserPasswordChanged));
    }

    [Theory]
    [InlineData("not the password", NewPassword, NewPassword, "The password is wrong.")]
    [InlineData(TestHub.Password, NewPassword, "another of them", "The two passwords differ.")]
    [InlineData(TestHub.Password, "too short", "too short", "12 to 256 characters")]
    public async Task A_password_that_will_not_do_changes_nothing(string current, string next, string again, string words)
    {
        var answer = await ChangePasswordAsync(current, next, again);

        Assert.Contains(words, answer.Html);
        Assert.Equal(200, (await _hub.Basic("ann", TestHub.Password).GotAsync("/experiments/search?max_results=1")).Status);
        Assert.Equal(0, await CountAsync(EventKinds.UserPasswordChanged));
    }

    [Fact]
    public async Task Whoever_found_an_open_browser_cannot_try_passwords_for_long()
    {
        for (var i = 0; i < 5; i++)
        {
            await ChangePasswordAsync($"wrong password {i}", NewPassword, NewPassword);
        }

        Assert.Contains("The account is locked for five minutes.", (await ChangePasswordAsync(TestHub.Password, NewPassword, NewPassword)).Html);
    }

    [Fact]
    public async Task The_address_and_the_switch_are_kept_and_nothing_else_of_the_form()
    {
        var answer = await _ann.SubmitAsync(
            HubUrls.Account, "mail",
            ("Mail.Address", "ann@example.com"), ("Mail.IsAdmin", "true"), ("Mail.UserName", "root"), ("user.IsAdmin", "true"), ("_user.IsAdmin", "true"), ("IsAdmin", "true"), ("Mail.TwoFactorEnabled", "true"));

        Assert.Contains("Saved.", answer.Html);
        await using var db = _hub.Open();
        var ann = await db.Users.SingleAsync(u => u.UserName == "ann");
        Assert.Equal(("ann@example.com", true, false, false), (ann.Email, ann.RefusesMail, ann.IsAdmin, ann.TwoFactorEnabled));
        Assert.Contains("value=\"ann@example.com\"", (await _ann.GetAsync(HubUrls.Account)).Html);
        Assert.Equal(1, await CountAsync(EventKinds.UserMailChanged));
    }

    [Fact]
    public async Task What_is_no_address_is_refused()
    {
        var answer = await _ann.SubmitAsync(HubUrls.Account, "mail", ("Mail.Address", "ann@example.com\r\nBcc: all@example.com"), ("Mail.Wanted", "true"));

        Assert.Contains("This is not an e-mail address.", answer.Html);
        Assert.Equal(0, await CountAsync(EventKinds.UserMailChanged));
    }

    [Theory]
    [InlineData(HubUrls.Account, "password")]
    [InlineData(HubUrls.Account, "mail")]
    [InlineData(HubUrls.SecondFactor, "change")]
    [InlineData(HubUrls.PasskeyOffer, "")]
    [InlineData(HubUrls.PasskeyChallenge, "")]
    public async Task A_form_without_its_token_is_refused(string path, string form)
    {
        using var answer = await _ann.Browser.PostAsync(path, new FormUrlEncodedContent(
            [new("_handler", form), new("Password.Current", TestHub.Password), new("Password.Next", NewPassword), new("Password.Again", NewPassword), new("Passkey.Password", TestHub.Password)]));

        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Equal(200, (await _hub.Basic("ann", TestHub.Password).GotAsync("/experiments/search?max_results=1")).Status);
    }

    [Fact]
    public async Task A_passkey_is_offered_for_the_right_password_only()
    {
        var page = await _ann.GetAsync(HubUrls.Account);
        var token = page.Html.Split("name=\"__RequestVerificationToken\" value=\"")[1].Split('"')[0];

        using var wrong = await OfferAsync("not the password");
        using var right = await OfferAsync(TestHub.Password);

        Assert.Equal((403, "The password is wrong."), ((int)wrong.StatusCode, await wrong.Content.ReadAsStringAsync()));
        Assert.Equal(200, (int)right.StatusCode);
        Assert.Contains("\"challenge\"", await right.Content.ReadAsStringAsync());

        Task<HttpResponseMessage> OfferAsync(string password) => _ann.Browser.PostAsync(
            HubUrls.PasskeyOffer, new FormUrlEncodedContent([new("__RequestVerificationToken", token), new("Passkey.Password", password)]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("no JSON at all")]
    public async Task An_answer_that_no_passkey_gave_opens_nothing(string credential)
    {
        using var stranger = new Visitor(_hub);

        var signIn = await stranger.SubmitAsync(HubUrls.SignIn(), "passkey", ("Credential", credential));
        var added = await _ann.SubmitAsync(HubUrls.Account, "passkey", ("Passkey.Name", "mine"), ("Passkey.Credential", credential));

        Assert.Contains("This passkey does not open an account here.", signIn.Html);
        Assert.Contains("could not be verified", added.Html);
        Assert.Equal(0, await CountAsync(EventKinds.UserPasskeyAdded));
    }

    [Fact]
    public async Task Where_nobody_signs_in_there_is_no_account()
    {
        using var open = new TestHub(("MlHub:Access:Mode", "Open"));
        using var anyone = new Visitor(open);

        Assert.Contains("nobody signs in", (await anyone.GetAsync(HubUrls.Account)).Html);
        Assert.Equal(HubUrls.Account, (await anyone.GetAsync(HubUrls.SecondFactor)).Location);
        Assert.DoesNotContain($"href=\"{HubUrls.Account}\"", (await anyone.GetAsync(HubUrls.Experiments())).Html);
    }

    private Task<Visited> ChangePasswordAsync(string current, string next, string again) =>
        _ann.SubmitAsync(HubUrls.Account, "password", ("Password.Current", current), ("Password.Next", next), ("Password.Again", again));

    private async Task<int> CountAsync(string kind)
    {
        await using var db = _hub.Open();
        return await db.Events.CountAsync(e => e.Kind == kind);
    }
}
