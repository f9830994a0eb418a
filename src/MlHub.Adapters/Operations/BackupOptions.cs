using MlHub.Adapters.Databases;

namespace MlHub.Adapters.Operations;

/// <summary>What a backup or restore works on.</summary>
/// <param name="DataDirectory">The hub's folder.</param>
/// <param name="ArtifactsOnDisk">False where the bytes are in Azure Blob Storage: then they are only listed.</param>
/// <param name="Passphrase">Locks or opens the keys; null leaves them out.</param>
public sealed record BackupOptions(string DataDirectory, DatabaseProvider Database, bool ArtifactsOnDisk, string Product, string? Passphrase)
{
    public const string PassphraseVariable = "MLHUB_BACKUP_PASSPHRASE";

    internal string Artifacts => Path.Combine(DataDirectory, "artifacts");
    internal string Keys => Path.Combine(DataDirectory, "keys");
}
