using System.Data;
using System.Diagnostics;
using MlHub.Operations;
using Npgsql;

namespace MlHub.Adapters.Databases.Postgres;

/// <summary>
/// Copies the database by PostgreSQL's own <c>pg_dump</c>, which must be on the PATH and no older than the server. The rows that
/// the manifest tells of are read in the same snapshot.
/// </summary>
public sealed class PostgresBackup(string connectionString) : IDatabaseBackup
{
    private readonly NpgsqlConnectionStringBuilder _settings = new(connectionString);

    public string FileName => "mlhub.dump";

    public async Task<DatabaseContent> SaveAsync(string file, CancellationToken cancel)
    {
        await using var connection = await OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
        await using var export = new NpgsqlCommand("SELECT pg_export_snapshot()", connection, transaction);
        var snapshot = (string)(await export.ExecuteScalarAsync(cancel))!;
        await RunAsync("pg_dump", ["--format=custom", "--no-owner", "--no-privileges", $"--snapshot={snapshot}", $"--file={file}"], cancel);
        return await DatabaseReading.ReadAsync(connection, transaction, cancel);
    }

    public async Task RequireEmptyAsync(CancellationToken cancel)
    {
        await using var connection = await OpenAsync(cancel);
        if ((await DatabaseReading.TablesAsync(connection, null, cancel)).Count > 0)
        {
            throw new IOException($"The database {_settings.Database} is not empty. A backup is restored into an empty place.");
        }
    }

    public Task RestoreAsync(string file, CancellationToken cancel) =>
        RunAsync("pg_restore", ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", $"--dbname={_settings.Database}", file], cancel);

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancel)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancel);
        return connection;
    }

    private async Task RunAsync(string program, string[] arguments, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
        foreach (var (name, value) in Environment())
        {
            start.Environment[name] = value;
        }

        using var process = Start(start);
        var complaint = await process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        if (process.ExitCode != 0)
        {
            throw new IOException($"{program} failed: {complaint.Trim().ReplaceLineEndings(" ")}");
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new IOException($"{start.FileName} cannot be started: {e.Message}. It comes with PostgreSQL's client programs and must be on the PATH.", e);
        }
    }

    /// <summary>In the environment, so that no password is seen in the list of processes.</summary>
    private Dictionary<string, string> Environment()
    {
        var settings = new Dictionary<string, string?>
        {
            ["PGHOST"] = _settings.Host,
            ["PGPORT"] = $"{_settings.Port}",
            ["PGUSER"] = _settings.Username,
            ["PGDATABASE"] = _settings.Database,
            ["PGPASSWORD"] = _settings.Password,
            ["PGPASSFILE"] = _settings.Passfile,
            ["PGSSLROOTCERT"] = _settings.RootCertificate,
            ["PGSSLMODE"] = _settings.SslMode switch { SslMode.VerifyCA => "verify-ca", SslMode.VerifyFull => "verify-full", var mode => $"{mode}".ToLowerInvariant() },
        };
        return settings.Where(s => !string.IsNullOrEmpty(s.Value)).ToDictionary(s => s.Key, s => s.Value!);
    }
}
