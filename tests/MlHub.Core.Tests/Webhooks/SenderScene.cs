using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MlHub.Adapters.Webhooks;
using MlHub.Webhooks;

namespace MlHub.Core.Tests.Webhooks;

/// <summary>What the tests of the sender send, and with which rules.</summary>
internal static class SenderScene
{
    public const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    /// <summary>As MlHub comes, but that addresses without TLS are looked at as well: the networks are what is tested.</summary>
    public static readonly WebhookSettings Closed = new([], AllowHttp: true);

    public static OutgoingMessage Message(string url, string? authorization = null, string? certificates = null) => new(
        new Uri(url), "msg_1", WebhookEvents.VersionCreated, 1, DateTimeOffset.UtcNow, Encoding.UTF8.GetBytes("""{"a":1}"""), WebhookTarget.Mlflow, [Secret], authorization, certificates);

    /// <summary>Every name leads there.</summary>
    public static LookUp Always(params string[] addresses) => (_, _) => Task.FromResult(Array.ConvertAll(addresses, IPAddress.Parse));

    /// <summary>A certificate for a name that vouches for itself.</summary>
    public static X509Certificate2 CertificateFor(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
