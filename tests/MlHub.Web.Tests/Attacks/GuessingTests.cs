using Microsoft.EntityFrameworkCore;
using MlHub.Events;
using MlHub.Web.Shell;
using MlHub.Web.Tests.Account;

namespace MlHub.Web.Tests.Attacks;

/// <summary>Attack 46: whoever guesses is slowed down, and can neither fill the log nor lock everybody out for ever.</summary>
public sealed class GuessingTests : IAsyncDisposable
{
    private readonly TestHub _hub = new();

    public async ValueTask DisposeAsync() => await _hub.DisposeAsync();

    [Fact]
    public async Task The_sign_in_page_closes_to_an_address_that_guesses()
    {
        await _hub.GivenUserAsync("ann");
        using var guesser = new Visitor(_hub);
        var form = await guesser.GetAsync(HubUrls.SignIn());
        Task<Visited> TryAsync(string user, string password) => guesser.SubmitAsync(form, "sign-in", ("Input.UserName", user), ("Input.Password", password));

        for (var i = 0; i < Limits.WrongCredentialsPerMinute; i++)
        {
            Assert.Contains("The user name or the password is wrong.", (await TryAsync($"nobody{i}", "wrong password")).Html, StringComparison.Ordinal);
        }

        var right = await TryAsync("ann", TestHub.Password);

        Assert.Contains("Too many wrong credentials came from this address.", right.Html, StringComparison.Ordinal);
        Assert.Null(right.Session);
    }

    [Fact]
    public async Task Denied_attempts_of_one_address_are_recorded_up_to_a_number_a_minute()
    {
        using var bob = await _hub.ProgramOfAsync("bob");
        for (var i = 0; i < Limits.DeniedAttemptsPerMinute + 40; i++)
        {
            Assert.Equal(403, (await bob.PostedAsync("/users/create", new { username = $"u{i}", password = TestHub.Password })).Status);
        }

        await Eventually.TrueAsync(async () => await DeniedAsync() >= Limits.DeniedAttemptsPerMinute);
        await Task.Delay(300);

        // A minute may have ended meanwhile, on a busy machine.
        Assert.InRange(await DeniedAsync(), Limits.DeniedAttemptsPerMinute, Limits.DeniedAttemptsPerMinute + 39);
    }

    private async Task<int> DeniedAsync()
    {
        await using var db = _hub.Open();
        return await db.Events.CountAsync(e => e.Kind == EventKinds.AccessDenied);
    }
}
