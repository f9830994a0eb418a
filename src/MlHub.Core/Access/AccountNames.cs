using MlHub.Tracking;

namespace MlHub.Access;

/// <summary>What an account may be called; people and service accounts share one list of names.</summary>
public static class AccountNames
{
    public const string Characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._@+";

    /// <exception cref="HubException">Invalid for a name that is empty, too long or has other characters.</exception>
    public static void Check(string name)
    {
        LogRules.CheckLength(name, Limits.UserName, "username");
        if (name.Length == 0 || name.Any(c => !Characters.Contains(c, StringComparison.Ordinal)))
        {
            throw HubException.Invalid($"Username '{LogRules.Shown(name)}' is invalid, can only contain letters, digits and -._@+.");
        }
    }
}
