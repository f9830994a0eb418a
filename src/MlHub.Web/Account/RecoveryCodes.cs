using System.Security.Cryptography;
using System.Text;
using MlHub.Web.Access;

namespace MlHub.Web.Account;

/// <summary>
/// Codes that each open the account once, for the day the authenticator is lost. They are kept as passwords are, under one
/// salt for all ten so that a try costs one hash and not ten.
/// </summary>
public static class RecoveryCodes
{
    public const int Count = 10;
    private const int HalfLength = 5;
    private const int HashBytes = 32;

    // No letter that is read or typed as another, no vowels that make words.
    private const string Letters = "23456789BCDFGHJKMNPQRTVWXY";

    public static IReadOnlyList<string> Create() => [.. Enumerable.Range(0, Count).Select(_ => $"{Half()}-{Half()}")];

    /// <summary>What is stored: the salt, then a hash of each code.</summary>
    public static string Hash(IEnumerable<string> codes)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        return string.Join(';', codes.Select(c => Hash(c, salt)).Prepend(salt).Select(Convert.ToBase64String));
    }

    /// <summary>What is stored from now on, without the code that was used; null for a code that is none of them.</summary>
    public static string? RedeemOrNull(string stored, string code)
    {
        var parts = stored.Split(';');
        var hash = Convert.ToBase64String(Hash(Normalize(code), Convert.FromBase64String(parts[0])));
        return parts.Skip(1).Contains(hash) ? string.Join(';', parts.Where(p => p != hash)) : null;
    }

    public static int Left(string stored) => stored.Length == 0 ? 0 : stored.Split(';').Length - 1;

    /// <summary>As it was shown, however it was typed.</summary>
    private static string Normalize(string code)
    {
        var letters = string.Concat(code.Where(char.IsAsciiLetterOrDigit).Take(2 * HalfLength + 1)).ToUpperInvariant();
        return letters.Length == 2 * HalfLength ? $"{letters[..HalfLength]}-{letters[HalfLength..]}" : "";
    }

    private static string Half() => RandomNumberGenerator.GetString(Letters, HalfLength);

    private static byte[] Hash(string code, byte[] salt) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.ASCII.GetBytes(code), salt, PasswordRules.Hashing.IterationCount, HashAlgorithmName.SHA512, HashBytes);
}
