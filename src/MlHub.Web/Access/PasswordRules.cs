using Microsoft.AspNetCore.Identity;

namespace MlHub.Web.Access;

/// <summary>
/// Long instead of complicated (OWASP ASVS 5.0, 6.2): at least twelve characters of any kind, and more to them than what
/// everyone tries first.
/// </summary>
public sealed class PasswordRules : IPasswordValidator<HubUser>
{
    private const int LeastUnguessed = 5;

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

        return password.Distinct().Count() < 5 || IsRepeated(password) || GuessableWords.UnguessedIn(password, userName) < LeastUnguessed
            ? "This password is one that everyone tries first: well-known words, the user's name, or what repeats or counts."
            : null;
    }

    /// <summary>Whether it is something short over and over.</summary>
    private static bool IsRepeated(string password) =>
        Enumerable.Range(1, Limits.PasswordMinimum / 2).Any(length => Enumerable.Range(length, password.Length - length).All(i => password[i] == password[i - length]));
}
