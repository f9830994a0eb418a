using Microsoft.AspNetCore.Identity;

namespace MlHub.Web.Access;

/// <summary>
/// Long instead of complicated (OWASP ASVS 5.0, 6.2): at least twelve characters of any kind, none of the passwords that
/// everyone tries first, and not one's own name.
/// </summary>
public sealed class PasswordRules : IPasswordValidator<HubUser>
{
    private static readonly HashSet<string> TriedFirst = new(StringComparer.OrdinalIgnoreCase)
    {
        "password", "passw0rd", "passwort", "admin", "administrator", "adminadmin", "welcome", "letmein", "qwerty", "qwertyuiop", "qwertyuiopas",
        "asdfghjkl", "zxcvbnm", "iloveyou", "changeme", "changemeplease", "secret", "default", "mlflow", "mlhub", "databricks", "football",
        "baseball", "princess", "sunshine", "monkey", "dragon", "superman", "batman", "trustno", "master", "abc", "abcdefghijkl", "test", "guest", "root",
    };

    public static PasswordHasherOptions Hashing { get; } = new() { IterationCount = 210_000 };

    public Task<IdentityResult> ValidateAsync(UserManager<HubUser> manager, HubUser user, string? password) =>
        Task.FromResult(Objection(user.UserName, password ?? "") is { } objection
            ? IdentityResult.Failed(new IdentityError { Code = "Password", Description = objection })
            : IdentityResult.Success);

    /// <summary>Why a password will not do, or null.</summary>
    public static string? Objection(string? userName, string password)
    {
        if (password.Length is < Limits.PasswordMinimum or > Limits.PasswordMaximum)
        {
            return $"A password has {Limits.PasswordMinimum} to {Limits.PasswordMaximum} characters.";
        }

        if (password.Distinct().Count() < 5 || IsSequence(password))
        {
            return "This password is one that everyone tries first: it repeats or counts.";
        }

        var word = password.Trim("0123456789!?.,-_#$*@ ".ToCharArray());
        return TriedFirst.Contains(word) || string.Equals(word, userName, StringComparison.OrdinalIgnoreCase)
            ? "This password is one that everyone tries first: a well-known word or the user's name with digits."
            : null;
    }

    private static bool IsSequence(string password) => password.Zip(password.Skip(1)).Count(p => p.Second - p.First is 1 or 0 or -9) > password.Length * 3 / 4;
}
