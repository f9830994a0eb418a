using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MlHub.Access;
using MlHub.Web.Access;
using MlHub.Web.Shell;
using MlHub.Web.Tests.Account;

namespace MlHub.Web.Tests.Attacks;

/// <summary>Attack 45: what was let in once is shut out within a minute of the change that closes it.</summary>
public sealed class StaleSignInTests : IAsyncLifetime
{
    private readonly TestClock _clock = Visitor.ClockOfToday();
    private readonly TestHub _hub;
    private Caller _bob = null!;

    public StaleSignInTests() =>
        _hub = new() { Replace = s => s.AddSingleton<TimeProvider>(_clock).AddScoped<AuthenticationStateProvider, Impatient>() };

    public static TheoryData<string> Changes => ["disabled", "deleted", "given another password", "no administrator any more", "signed out everywhere"];

    public async ValueTask InitializeAsync()
    {
        await _hub.GivenUserAsync("ada", isAdmin: true);
        _bob = await _hub.GivenUserAsync("bob", isAdmin: true);
    }

    public async ValueTask DisposeAsync() => await _hub.DisposeAsync();

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_browser_is_shut_out_within_a_minute(string change)
    {
        using var browser = new Visitor(_hub);
        await browser.SignInAsync("bob");
        var before = await browser.GetAsync(HubUrls.People());

        await ChangeAsync(change);
        _clock.Advance(TimeSpan.FromSeconds(61));
        var after = await browser.GetAsync(HubUrls.People());

        Assert.Equal(200, before.Status);
        Assert.Equal(302, after.Status);
        Assert.StartsWith(HubUrls.SignIn(), after.Location, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task An_open_page_knows_its_person_no_longer(string change)
    {
        using var browser = new Visitor(_hub);
        await browser.SignInAsync("bob");
        await using var circuit = _hub.Services.CreateAsyncScope();
        var state = (Impatient)circuit.ServiceProvider.GetRequiredService<AuthenticationStateProvider>();
        state.SetAuthenticationState(Task.FromResult(new AuthenticationState(await BobOnAPageAsync())));
        Assert.True((await state.GetAuthenticationStateAsync()).User.Identity!.IsAuthenticated);
        await Task.Delay(100);
        Assert.True((await state.GetAuthenticationStateAsync()).User.Identity!.IsAuthenticated);

        await ChangeAsync(change);

        await Eventually.TrueAsync(async () => (await state.GetAuthenticationStateAsync()).User.Identity is not { IsAuthenticated: true });
    }

    /// <summary>A token is asked for with each call, so nothing of a minute there.</summary>
    [Theory]
    [InlineData("disabled")]
    [InlineData("deleted")]
    public async Task A_program_is_shut_out_at_once(string change)
    {
        using var program = _hub.Bearer(await _hub.GivenTokenAsync(_bob));
        using var byPassword = _hub.Basic("bob", TestHub.Password);
        Assert.Equal((200, 200), ((await program.GotAsync("/users/current")).Status, (await byPassword.GotAsync("/users/current")).Status));

        await ChangeAsync(change);

        Assert.Equal((401, 401), ((await program.GotAsync("/users/current")).Status, (await byPassword.GotAsync("/users/current")).Status));
    }

    [Fact]
    public void Open_pages_ask_once_a_minute()
    {
        Assert.Equal(TimeSpan.FromMinutes(1), AccessServices.StampChecked);
        Assert.Equal(AccessServices.StampChecked, _hub.Services.GetRequiredService<IOptions<SecurityStampValidatorOptions>>().Value.ValidationInterval);
    }

    private async Task ChangeAsync(string change)
    {
        var accounts = _hub.Services.GetRequiredService<Accounts>();
        await using var scope = _hub.Services.CreateAsyncScope();
        await (change switch
        {
            "disabled" => accounts.SetDisabledAsync(Caller.System, "bob", true, default),
            "deleted" => accounts.DeleteAsync(Caller.System, new(PrincipalKind.User, "bob"), default),
            "given another password" => scope.ServiceProvider.GetRequiredService<People>().SetPasswordAsync(Caller.System, "bob", "another long phrase", default),
            "no administrator any more" => accounts.SetAdminAsync(Caller.System, "bob", false, default),
            _ => _hub.Services.GetRequiredService<SignInSessions>().EndAllAsync(Caller.System, new HubUser { Id = _bob.Id, UserName = "bob" }, default),
        });
    }

    /// <summary>The identity that the cookie of the only session gives a circuit.</summary>
    private async Task<ClaimsPrincipal> BobOnAPageAsync()
    {
        await using var db = _hub.Open();
        var session = await db.SignInSessions.SingleAsync();
        var ticket = Microsoft.AspNetCore.Authentication.TicketSerializer.Default.Deserialize(session.Ticket)!;
        ((ClaimsIdentity)ticket.Principal.Identity!).AddClaim(new("mlhub:session", session.Id));
        return ticket.Principal;
    }

    /// <summary>Asks all the time.</summary>
    private sealed class Impatient(ILoggerFactory logger, IServiceScopeFactory scopes, SignInSessions sessions, IOptions<IdentityOptions> identity)
        : RevalidatedSignIn(logger, scopes, sessions, identity)
    {
        protected override TimeSpan RevalidationInterval => TimeSpan.FromMilliseconds(20);
    }
}
