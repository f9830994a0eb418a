using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;

namespace MlHub.Web.Account;

/// <summary>
/// The codes of authenticator apps (RFC 6238). Identity's own provider accepts a code again and again while its time lasts;
/// this one keeps the step of the last code that it accepted and takes only later ones.
/// </summary>
public sealed class TimeCodes(TimeProvider clock) : AuthenticatorTokenProvider<HubUser>
{
    private const int StepSeconds = 30;
    private const int Digits = 6;

    /// <summary>Clocks of phones differ: one step before and one after now are accepted.</summary>
    private const int Tolerance = 1;

    // Not by the key: an account whose key cannot be read must ask for a recovery code, not let in without one.
    public override Task<bool> CanGenerateTwoFactorTokenAsync(UserManager<HubUser> manager, HubUser user) => Task.FromResult(user.TwoFactorEnabled);

    public override async Task<bool> ValidateAsync(string purpose, string token, UserManager<HubUser> manager, HubUser user)
    {
        var last = await manager.GetAuthenticationTokenAsync(user, AccountStore.Provider, AccountStore.LastStep) is { } text
            ? long.Parse(text, CultureInfo.InvariantCulture)
            : long.MinValue;
        // The save fails where the account was changed since it was read, so two requests cannot use one code.
        return await manager.GetAuthenticatorKeyAsync(user) is { } key
            && StepOrNull(key, token) is { } step && step > last
            && (await manager.SetAuthenticationTokenAsync(user, AccountStore.Provider, AccountStore.LastStep, step.ToString(CultureInfo.InvariantCulture))).Succeeded;
    }

    /// <summary>The step that the code belongs to; null for a code that is wrong now.</summary>
    public long? StepOrNull(string key, string code)
    {
        if (code.Length != Digits || !int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        var now = clock.GetUtcNow().ToUnixTimeSeconds() / StepSeconds;
        for (var step = now - Tolerance; step <= now + Tolerance; step++)
        {
            if (CodeAt(key, step) == number)
            {
                return step;
            }
        }

        return null;
    }

    [SuppressMessage("Security", "CA5350", Justification = "HMAC-SHA1 is what authenticator apps compute; it does not rest on collisions.")]
    public static int CodeAt(string key, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        HMACSHA1.HashData(FromBase32(key), counter, hash);
        return (BinaryPrimitives.ReadInt32BigEndian(hash[(hash[^1] & 0xF)..]) & int.MaxValue) % 1_000_000;
    }

    private static byte[] FromBase32(string text)
    {
        var bytes = new byte[text.Length * 5 / 8];
        for (int i = 0, bits = 0, buffer = 0, next = 0; i < text.Length; i++)
        {
            buffer = (buffer << 5) | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(text[i], StringComparison.Ordinal);
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                bytes[next++] = (byte)(buffer >> bits);
                buffer &= (1 << bits) - 1;
            }
        }

        return bytes;
    }
}
