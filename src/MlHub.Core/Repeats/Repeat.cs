using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Tracking;
using MlHub.Tracking.Search;

namespace MlHub.Repeats;

/// <summary>
/// By what a call that creates something knows that it was made before: by the key that the client sent with it, or, where
/// the connection of the first broke before it was answered, by being the same for the same credential.
/// </summary>
public sealed class Repeat
{
    public static readonly TimeSpan KeyHolds = TimeSpan.FromHours(24), BrokenHolds = TimeSpan.FromSeconds(10);

    private readonly bool _hasKey;
    private readonly string _row;
    private readonly string _wish;

    /// <param name="caller">Who calls.</param>
    /// <param name="call">What is called.</param>
    /// <param name="key">The client's <c>Idempotency-Key</c>, if it sent one.</param>
    /// <param name="wish">What is asked for, as bytes that are equal where it is.</param>
    /// <exception cref="HubException">Invalid for a key that is too long or no plain text.</exception>
    public Repeat(Caller caller, string call, string? key, ReadOnlySpan<byte> wish)
    {
        if (key is not null && (key.Length is 0 or > Limits.IdempotencyKey || key.Any(c => c is < ' ' or > '~')))
        {
            throw HubException.Invalid($"Invalid value \"{LogRules.Shown(key)}\" for the header Idempotency-Key: 1 to {Limits.IdempotencyKey} plain characters.");
        }

        _hasKey = key is not null;
        _wish = Convert.ToHexStringLower(SHA256.HashData(wish));
        var told = _hasKey ? $"key\n{key}" : $"body\n{caller.Origin?.Via}\n{_wish}";
        _row = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{caller.Id:N}\n{caller.Name}\n{call}\n{told}")));
    }

    /// <summary>What the first call made; null where this is the first.</summary>
    /// <exception cref="HubException">Conflict where the key came with another wish.</exception>
    internal async Task<string?> FirstOrNullAsync(HubDb db, DateTimeOffset now, CancellationToken cancel)
    {
        (string Wish, string Made, long Until)? found = null;
        var sql = new SqlStatement(SqlDialect.Of(db));
        sql.Add($"SELECT wish_digest, made, until FROM first_creations WHERE repeat_key = {sql.AsciiParameter(_row)}");
        await sql.ReadAsync(db, row => found = (row.GetString(0), row.GetString(1), row.GetInt64(2)), cancel);
        if (found is not { } first)
        {
            return null;
        }

        if (first.Until <= now.ToUnixTimeMilliseconds())
        {
            await db.FirstCreations.Where(f => f.Key == _row).ExecuteDeleteAsync(cancel);
            return null;
        }

        return first.Wish == _wish ? first.Made : throw HubException.Conflict("This Idempotency-Key was sent with another request before; each needs its own.");
    }

    /// <summary>In the transaction that makes it: a key holds from then on.</summary>
    internal void Remember(HubDb db, string made, DateTimeOffset now)
    {
        if (_hasKey)
        {
            db.Add(new FirstCreation { Key = _row, WishDigest = _wish, Made = made, Until = now + KeyHolds });
        }
    }

    /// <summary>After it was made, where nobody was left to hear of it.</summary>
    internal async Task RememberBrokenAsync(HubDb db, string made, DateTimeOffset now, CancellationToken cancel)
    {
        if (!_hasKey && await db.FirstCreations.FindAsync([_row], cancel) is null)
        {
            db.Add(new FirstCreation { Key = _row, WishDigest = _wish, Made = made, Until = now + BrokenHolds });
        }
    }
}
