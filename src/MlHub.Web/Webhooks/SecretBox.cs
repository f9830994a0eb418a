using Microsoft.AspNetCore.DataProtection;
using MlHub.Webhooks;

namespace MlHub.Web.Webhooks;

/// <summary>Seals with ASP.NET Core's Data Protection, whose keys lie in the data directory and not in the database.</summary>
public sealed class SecretBox(IDataProtectionProvider protection) : ISecretBox
{
    /// <summary>Says how what follows was sealed.</summary>
    private const string Version = "v1:";

    private readonly IDataProtector _protector = protection.CreateProtector("webhook-secret/v1");

    public string Seal(string secret) => Version + _protector.Protect(secret);

    public string Open(string sealedSecret) => _protector.Unprotect(sealedSecret[Version.Length..]);
}
