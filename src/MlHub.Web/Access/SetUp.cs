using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace MlHub.Web.Access;

/// <summary>
/// Makes the first administrator. A hub without accounts prints a link with a code that works once, for half an hour;
/// there is no default account.
/// </summary>
public sealed class SetUp(HubDbFactory hub, IServiceScopeFactory scopes, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan CodeLife = TimeSpan.FromMinutes(30);
    private readonly SemaphoreSlim _one = new(1, 1);
    private byte[]? _codeHash;
    private DateTimeOffset _codeEnds;

    /// <summary>Whether a set-up link was printed that has neither been used nor run out.</summary>
    public bool IsOpen => _codeHash is not null && clock.GetUtcNow() < _codeEnds;

    /// <summary>The code for the link, or null where there are accounts already.</summary>
    public async Task<string?> BeginOrNullAsync(CancellationToken cancel)
    {
        if (await HasAccountsAsync(cancel))
        {
            return null;
        }

        var code = RandomNumberGenerator.GetString("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789", 32);
        (_codeHash, _codeEnds) = (Hash(code), clock.GetUtcNow() + CodeLife);
        return code;
    }

    /// <exception cref="HubException">Denied for a wrong or used code; Invalid for a name or password that will not do.</exception>
    public async Task CreateFirstAdminAsync(string code, string userName, string password, CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            if (!IsOpen || !CryptographicOperations.FixedTimeEquals(Hash(code), _codeHash) || await HasAccountsAsync(cancel))
            {
                throw HubException.Denied("This set-up link has been used or has run out. Restart MlHub to get a new one.");
            }

            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<People>().CreateAsync(Caller.System, userName, password, isAdmin: true, cancel);
            _codeHash = null;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<bool> HasAccountsAsync(CancellationToken cancel)
    {
        await using var db = hub.Open();
        return await db.Users.AnyAsync(cancel);
    }

    private static byte[] Hash(string code) => SHA256.HashData(Encoding.UTF8.GetBytes(code));
}
