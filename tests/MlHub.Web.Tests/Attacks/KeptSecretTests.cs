using System.Text;
using Microsoft.EntityFrameworkCore;
using MlHub.Web.Tests.Account;

namespace MlHub.Web.Tests.Attacks;

/// <summary>Whoever steals the database finds nothing in it that opens an account.</summary>
public sealed class KeptSecretTests : IAsyncDisposable
{
    private readonly TestHub _hub = new();

    public async ValueTask DisposeAsync() => await _hub.DisposeAsync();

    [Fact]
    public async Task No_key_code_or_cookie_is_in_the_database()
    {
        await _hub.GivenUserAsync("ann");
        using var ann = new Visitor(_hub);
        var cookie = (await ann.SignInAsync("ann")).Session!["mlhub=".Length..];
        var (key, recovery) = await ann.SetUpSecondFactorAsync(TimeProvider.System);
        await using var db = _hub.Open();

        var rows = new StringBuilder();
        rows.AppendJoin('\n', await db.UserTokens.Select(t => t.Value).ToListAsync());
        rows.AppendJoin('\n', (await db.SignInSessions.ToListAsync()).Select(s => $"{s.Id} {Encoding.Latin1.GetString(s.Ticket)}"));
        rows.AppendJoin('\n', (await db.Users.ToListAsync()).Select(u => u.PasswordHash));
        rows.AppendJoin('\n', (await db.Events.ToListAsync()).Select(e => $"{e.Before} {e.After}"));
        var kept = rows.ToString();

        Assert.Equal(10, recovery.Count);
        Assert.True(kept.Length > 500);
        Assert.All([key, cookie, TestHub.Password, .. recovery, .. recovery.Select(r => r.Replace("-", "", StringComparison.Ordinal))], secret => Assert.DoesNotContain(secret, kept, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Identity's third form is PBKDF2 with HMAC-SHA512; the rounds stand in the hash.</summary>
    [Fact]
    public async Task A_password_is_kept_under_a_slow_hash()
    {
        await _hub.GivenUserAsync("ann");
        await using var db = _hub.Open();

        var hash = Convert.FromBase64String((await db.Users.SingleAsync()).PasswordHash!);

        Assert.Equal(1, hash[0]);
        Assert.Equal(2u, System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(1)));
        Assert.True(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(5)) >= 210_000);
    }
}
