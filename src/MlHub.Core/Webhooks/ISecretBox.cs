namespace MlHub.Webhooks;

/// <summary>Seals what MlHub must be able to read again, with keys outside the database.</summary>
public interface ISecretBox
{
    string Seal(string secret);

    /// <exception cref="System.Security.Cryptography.CryptographicException">The key it was sealed with is gone.</exception>
    string Open(string sealedSecret);
}
