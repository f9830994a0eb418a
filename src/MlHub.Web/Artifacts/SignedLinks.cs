using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.Extensions;

namespace MlHub.Web.Artifacts;

public enum LinkUse
{
    /// <summary>To send one part of an upload.</summary>
    Part,

    /// <summary>To send a file.</summary>
    Upload,

    /// <summary>To fetch a file.</summary>
    Download,
}

/// <summary>What a signed link allows, and on whose behalf.</summary>
/// <param name="Account">Empty where nobody signs in.</param>
/// <param name="Subject">The upload's id, or the file as an address of the proxied store.</param>
/// <param name="Part">The part's number; zero for whole files.</param>
public sealed record SignedLink(LinkUse Use, Guid Account, string Subject, int Part = 0);

/// <summary>Where programs reach this hub, if it cannot be told from their requests, as behind a proxy that ends TLS.</summary>
public sealed record PublicAddress(Uri? Url);

/// <summary>
/// Makes and reads links that stand for a sign-in: sealed with the hub's own keys, for one thing, one account and a short time. Who has
/// one can do that one thing and nothing else, as long as the account still may.
/// </summary>
public sealed class SignedLinks(IDataProtectionProvider protection, PublicAddress address)
{
    public const string Folder = "/signed";

    private readonly ITimeLimitedDataProtector _seal = protection.CreateProtector("MlHub.SignedLinks.1").ToTimeLimitedDataProtector();

    /// <summary>An absolute address, which clients use as it is.</summary>
    public string Make(HttpContext context, SignedLink link, TimeSpan life) =>
        Make(address.Url?.AbsoluteUri ?? UriHelper.BuildAbsolute(context.Request.Scheme, context.Request.Host, context.Request.PathBase), link, life);

    /// <summary>The same where nobody calls, as the hub is reached at that address.</summary>
    public string Make(string hub, SignedLink link, TimeSpan life)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{link.Use}\n{link.Account:N}\n{link.Part}\n{link.Subject}");
        return $"{hub.TrimEnd('/')}{Folder}/{_seal.Protect(text, life)}";
    }

    /// <exception cref="HubException">Denied, in the same words whatever is wrong with it.</exception>
    public SignedLink Read(string? sealedText)
    {
        if (sealedText is { Length: > 0 and <= Limits.SignedLink })
        {
            try
            {
                if (_seal.Unprotect(sealedText).Split('\n', 4) is [var use, var account, var part, var subject])
                {
                    return new(Enum.Parse<LinkUse>(use), Guid.Parse(account), subject, int.Parse(part, CultureInfo.InvariantCulture));
                }
            }
            catch (Exception e) when (e is CryptographicException or FormatException)
            {
                // Not one of ours, or no longer.
            }
        }

        throw Refused();
    }

    public static HubException Refused() => HubException.Denied("Permission denied: this link is not valid, or no longer.");
}
