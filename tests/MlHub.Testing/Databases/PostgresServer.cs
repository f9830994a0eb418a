using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace MlHub.Testing.Databases;

/// <summary>One private PostgreSQL per test process, on the loopback address and without fsync, stopped when the process ends.</summary>
public sealed class PostgresServer
{
    private static readonly Lazy<PostgresServer> Started = new(() => new PostgresServer());

    private readonly string _folder = Directory.CreateTempSubdirectory("mlhub-postgres-").FullName;
    private readonly string _programs = FindPrograms();
    private readonly int _port = FreePort();

    private PostgresServer()
    {
        if (Environment.IsPrivilegedProcess)
        {
            Run("chown", "postgres", _folder);
        }

        RunAsPostgres("initdb", "-D", Data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
        StopAfterThisProcess();
        StartAgain();
    }

    public static PostgresServer Shared => Started.Value;

    /// <summary>One more, for a test that stops it.</summary>
    public static PostgresServer StartAnother() => new();

    /// <summary>As a crash: all connections break at once.</summary>
    public void Stop() => RunAsPostgres("pg_ctl", "stop", "-w", "-m", "immediate", "-D", Data);

    public void StartAgain() => RunAsPostgres("pg_ctl", "start", "-w", "-D", Data, "-l", Path.Combine(_folder, "log"), "-o", Options);

    private string Options => $"-h 127.0.0.1 -p {_port} -k {_folder} -c fsync=off -c full_page_writes=off -c max_connections=300";

    private string Data => Path.Combine(_folder, "data");

    public string ConnectionString(string database) =>
        new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = _port, Username = "postgres", Database = database, MaxPoolSize = 30 }.ConnectionString;

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString("postgres")) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static string FindPrograms()
    {
        const string root = "/usr/lib/postgresql";
        var versions = Directory.Exists(root) ? Directory.GetDirectories(root) : [];
        return versions.Select(v => Path.Combine(v, "bin")).Where(b => File.Exists(Path.Combine(b, "initdb"))).Order().LastOrDefault()
            ?? throw new InvalidOperationException($"PostgreSQL is not installed ({root}/*/bin/initdb): run ./test.sh, which installs it, or apt-get install postgresql.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>A process of its own waits for the end of this one, so that nothing is left behind even by a killed test run.</summary>
    private void StopAfterThisProcess()
    {
        const string script = """exec > /dev/null 2>&1 < /dev/null; while kill -0 "$1"; do sleep 1; done; kill -QUIT "$(head -n 1 "$2/data/postmaster.pid")"; sleep 1; rm -rf "$2" """;
        Process.Start("setsid", ["sh", "-c", script, "sh", $"{Environment.ProcessId}", _folder]).Dispose();
    }

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private void RunAsPostgres(string program, params string[] arguments)
    {
        var path = Path.Combine(_programs, program);
        if (Environment.IsPrivilegedProcess)
        {
            Run("runuser", ["-u", "postgres", "--", path, .. arguments]);
        }
        else
        {
            Run(path, arguments);
        }
    }

    private void Run(string program, params string[] arguments)
    {
        // Not redirected: the server inherits the streams and would keep them open.
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >> \"$0\" 2>&1 < /dev/null", _folder + ".out", program, .. arguments])
        {
            WorkingDirectory = _folder,
        })!;
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed: {File.ReadAllText(_folder + ".out")}");
        }

        File.Delete(_folder + ".out");
    }
}
