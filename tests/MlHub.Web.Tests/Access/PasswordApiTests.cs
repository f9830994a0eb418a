using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Access;

namespace MlHub.Web.Tests.Access;

public sealed class PasswordApiTests
{
    private const string Call = "/api/2.0/mlflow/experiments/search?max_results=1";

    [Fact]
    public async Task Five_wrong_passwords_lock_the_account_for_five_minutes()
    {
        var clock = new TestClock();
        using var hub = new TestHub { Replace = s => s.AddSingleton<TimeProvider>(clock) };
        await hub.GivenUserAsync("ann");
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(401, await StatusAsync(hub, "ann", $"wrong password {i}"));
        }

        Assert.Equal(401, await StatusAsync(hub, "ann", TestHub.Password));
        await using var db = hub.Open();
        var ann = await db.Users.SingleAsync(u => u.UserName == "ann");
        Assert.NotNull(ann.LockoutEnd);
        Assert.InRange(ann.LockoutEnd.Value - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5));
        Assert.Equal(1, await db.Events.CountAsync(e => e.Kind == "user.locked_out" && e.Subject == "ann"));
    }

    [Fact]
    public async Task A_right_password_forgives_the_wrong_ones_before()
    {
        using var hub = new TestHub();
        await hub.GivenUserAsync("ann");

        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 4; i++)
            {
                Assert.Equal(401, await StatusAsync(hub, "ann", $"wrong {round} {i}"));
            }

            hub.Services.GetRequiredService<CredentialChanges>().Raise();
            Assert.Equal(200, await StatusAsync(hub, "ann", TestHub.Password));
        }
    }

    [Fact]
    public async Task Thirty_failures_close_the_API_to_the_address_for_a_while()
    {
        using var hub = new TestHub();
        using var good = await hub.ProgramOfAsync("ann");
        for (var i = 0; i < 30; i++)
        {
            Assert.Equal(401, (await hub.Bearer(TokenText.Create().Text).AskAsync(HttpMethod.Get, Call)).Status);
        }

        var guess = await hub.Bearer(TokenText.Create().Text).AskAsync(HttpMethod.Get, Call);
        var password = await hub.Basic("ann", TestHub.Password).AskAsync(HttpMethod.Get, Call);

        Assert.Equal((429, "REQUEST_LIMIT_EXCEEDED"), (guess.Status, guess.Code));
        Assert.NotNull(guess.Headers.RetryAfter);
        Assert.Equal(429, password.Status);
    }

    [Fact]
    public async Task Programs_that_were_let_in_are_not_stopped_by_somebodys_guessing()
    {
        using var hub = new TestHub();
        using var good = await hub.ProgramOfAsync("ann");
        Assert.Equal(200, (await good.AskAsync(HttpMethod.Get, Call)).Status);
        for (var i = 0; i < 31; i++)
        {
            await hub.Bearer(TokenText.Create().Text).AskAsync(HttpMethod.Get, Call);
        }

        Assert.Equal(200, (await good.AskAsync(HttpMethod.Get, Call)).Status);
    }

    [Fact]
    public async Task An_unknown_name_costs_one_hash_as_a_known_one_does()
    {
        var hasher = new CountingHasher();
        using var hub = new TestHub { Replace = s => s.AddSingleton<IPasswordHasher<HubUser>>(hasher) };
        await hub.GivenUserAsync("ann");

        var known = await HashesAsync(() => StatusAsync(hub, "ann", "wrong password"));
        var unknown = await HashesAsync(() => StatusAsync(hub, "nobody-bears-this-name", "wrong password"));
        var tooLong = await HashesAsync(() => StatusAsync(hub, new string('a', 300), "wrong password"));

        Assert.Equal((1, 1, 1), (known, unknown, tooLong));

        async Task<int> HashesAsync(Func<Task<int>> call)
        {
            var before = hasher.Verified;
            Assert.Equal(401, await call());
            return hasher.Verified - before;
        }
    }

    [Fact]
    public async Task A_password_is_hashed_once_while_it_is_remembered()
    {
        var hasher = new CountingHasher();
        using var hub = new TestHub { Replace = s => s.AddSingleton<IPasswordHasher<HubUser>>(hasher) };
        await hub.GivenUserAsync("ann");

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(200, await StatusAsync(hub, "ann", TestHub.Password));
        }

        Assert.Equal(1, hasher.Verified);
    }

    [Fact]
    public async Task A_disabled_account_is_closed_to_passwords_and_tokens()
    {
        using var hub = new TestHub();
        var ann = await hub.GivenUserAsync("ann");
        var token = await hub.GivenTokenAsync(ann);
        await using (var db = hub.Open())
        {
            (await db.Users.SingleAsync(u => u.Id == ann.Id)).IsDisabled = true;
            await db.SaveChangesAsync();
        }

        Assert.Equal(401, await StatusAsync(hub, "ann", TestHub.Password));
        Assert.Equal(401, (await hub.Bearer(token).AskAsync(HttpMethod.Get, Call)).Status);
    }

    private static async Task<int> StatusAsync(TestHub hub, string user, string password) =>
        (await hub.Basic(user, password).AskAsync(HttpMethod.Get, Call)).Status;

    /// <summary>Identity's own hasher, with a tally.</summary>
    private sealed class CountingHasher : PasswordHasher<HubUser>
    {
        public int Verified { get; private set; }

        public override PasswordVerificationResult VerifyHashedPassword(HubUser user, string hashedPassword, string providedPassword)
        {
            Verified++;
            return base.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }
}
