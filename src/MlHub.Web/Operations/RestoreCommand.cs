using Microsoft.EntityFrameworkCore;
using MlHub.Adapters.Operations;
using MlHub.Web.Startup;

namespace MlHub.Web.Operations;

/// <summary><c>restore --from FOLDER-OR-FILE.zip</c> into a data directory that is empty or does not exist.</summary>
public static class RestoreCommand
{
    private const string From = "--from";

    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = new CommandArguments(args[1..], [From]);
        var from = arguments.Value(From);
        await using var services = arguments.OpenDatabase(mustExist: false);
        var keys = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(BackupOptions.PassphraseVariable));
        await using var db = services.GetRequiredService<HubDbFactory>().Open();
        var restore = new Restore(services.GetDatabaseBackup(), arguments.Options(keys), [.. db.Database.GetMigrations()], StandardError.Progress);
        var manifest = await restore.RunAsync(from, CancellationToken.None);
        await Console.Out.WriteLineAsync($"Restored the hub as it was at {manifest.Created:u}; it can be started.");
        if (manifest.Files.Any(f => f.Name == "keys.encrypted") && !keys)
        {
            await Console.Error.WriteLineAsync($"The keys were left out, as {BackupOptions.PassphraseVariable} is not set: everybody has to sign in again, and authenticator apps to be set up anew.");
        }

        return 0;
    }
}
