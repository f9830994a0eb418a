using System.Text.RegularExpressions;

namespace MlHub.Reproduce;

/// <summary>Addresses that git may be asked to clone: https, http, ssh, and ssh's short form. Others, such as <c>ext::</c>, run commands.</summary>
public static partial class RepositoryAddress
{
    /// <summary>The address without a password or token that somebody cloned with; null for what is no such address.</summary>
    public static string? OrNull(string? text)
    {
        var address = (text ?? "").Trim();
        if (Scp().IsMatch(address))
        {
            return address;
        }

        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http" or "ssh") || uri.Host.Length == 0 || uri.AbsolutePath.Length < 2)
        {
            return null;
        }

        // Of ssh the user is part of the address; what follows a colon is a password anywhere.
        var user = uri.Scheme == "ssh" && uri.UserInfo.Split(':')[0] is { Length: > 0 } name ? $"{name}@" : "";
        var port = uri.IsDefaultPort ? "" : $":{uri.Port}";
        return $"{uri.Scheme}://{user}{uri.Host}{port}{uri.AbsolutePath}{uri.Fragment}";
    }

    [GeneratedRegex(@"^\w[\w.-]*@\w[\w.-]*:[\w~][\w./~-]*\z", RegexOptions.ECMAScript)]
    private static partial Regex Scp();
}
