using MlHub.Adapters.Databases;
using MlHub.Adapters.Operations;
using MlHub.Operations;
using MlHub.Web.Startup;
using MlHub.Web.Ui;

namespace MlHub.Web.Operations;

/// <summary><c>backup --to FOLDER-OR-FILE.zip [--include-keys]</c>, beside a running hub or without one.</summary>
public static class BackupCommand
{
    private const string To = "--to", IncludeKeys = "--include-keys";

    /// <summary>0 where the backup holds all of the hub; 1 where it is kept but artifacts were lost before.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = new CommandArguments(args[1..], [To], [IncludeKeys]);
        var to = arguments.Value(To);
        await using var services = arguments.OpenDatabase();
        var backup = new Backup(services.GetDatabaseBackup(), arguments.Options(arguments.Has(IncludeKeys)), TimeProvider.System, StandardError.Progress);
        var manifest = await backup.SaveAsync(to, CancellationToken.None);
        await Console.Out.WriteLineAsync(
            $"Saved {manifest.Tables.Values.Sum(t => t.Rows)} rows and {manifest.Files.Count(f => f.Name.StartsWith("artifacts/", StringComparison.Ordinal))} artifacts, {Format.Bytes(manifest.Files.Sum(f => f.Size))}, to {to}.");
        if (manifest.Missing.Count > 0)
        {
            await Console.Error.WriteLineAsync($"{manifest.Missing.Count} artifacts have a row and no bytes, so the backup lacks them too; the first has the SHA-256 {manifest.Missing[0]}.");
        }

        return manifest.Missing.Count > 0 ? 1 : 0;
    }

    internal static IDatabaseBackup GetDatabaseBackup(this IServiceProvider services) =>
        services.GetService<IDatabaseBackup>()
        ?? throw new SettingException("MlHub:Database:Provider", $"is {DatabaseProvider.SqlServer}, which is saved by its own BACKUP DATABASE; copy the folder artifacts after it");

    internal static BackupOptions Options(this CommandArguments arguments, bool withKeys)
    {
        var passphrase = Environment.GetEnvironmentVariable(BackupOptions.PassphraseVariable);
        if (withKeys && string.IsNullOrEmpty(passphrase))
        {
            throw new SettingException(BackupOptions.PassphraseVariable, "is missing; this variable of the environment holds the passphrase for the keys");
        }

        var settings = arguments.Settings;
        return new(
            Path.GetFullPath(settings.DataDirectory), settings.Database, settings.Artifacts == ArtifactProvider.Disk, ProductVersion.MlHub, withKeys ? passphrase : null);
    }
}
