using MlHub.Testing.Databases;

namespace MlHub.Torture;

/// <summary>The hub on PostgreSQL, whose server or whose second node has the fault. Files stay out of it: nodes share them in a blob store.</summary>
internal static class ServerRows
{
    public static IEnumerable<Scenario> All =>
    [
        new(24, "PostgreSQL crashes, stands still, loses its connections", CrashesAsync),
        new(25, "tables of PostgreSQL are locked by others", LocksAsync),
        new(33, "one of two nodes is killed", NodesAsync),
    ];

    private static async Task<string> CrashesAsync(Patient patient)
    {
        var (server, settings) = await ServerAsync(patient);
        using var hub = patient.Start(settings);
        List<string> seen = [];
        foreach (var (name, harm) in (IEnumerable<(string, Func<Task>)>)
        [
            ("immediate stop and start", async () =>
            {
                server.Stop();
                await Task.Delay(patient.Options.For(5));
                server.StartAgain();
            }),
            ("all connections ended", () => server.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'hub'")),
            ("stopped for 10 s", async () =>
            {
                var processes = await ProcessesAsync(server);
                processes.ForEach(p => Tools.Run("sh", "-c", $"kill -STOP {p} || true"));
                await Task.Delay(TimeSpan.FromSeconds(10));
                processes.ForEach(p => Tools.Run("sh", "-c", $"kill -CONT {p} || true"));
            }),
        ])
        {
            seen.Add($"{name}: {await patient.LoadAsync(hub, harm, fileRuns: 0)}");
        }

        await patient.RequireWholeAsync(hub);
        return string.Join("; ", seen);
    }

    private static async Task<List<int>> ProcessesAsync(PostgresServer server)
    {
        await using var connection = new Npgsql.NpgsqlConnection(server.ConnectionString("postgres"));
        await connection.OpenAsync();
        await using var command = new Npgsql.NpgsqlCommand("SELECT pid FROM pg_stat_activity WHERE datname = 'hub'", connection);
        await using var reader = await command.ExecuteReaderAsync();
        List<int> processes = [];
        while (await reader.ReadAsync())
        {
            processes.Add(reader.GetInt32(0));
        }

        return processes;
    }

    private static async Task<string> LocksAsync(Patient patient)
    {
        var (server, settings) = await ServerAsync(patient);
        using var hub = patient.Start(settings);
        var seen = await patient.LoadAsync(hub, async () =>
        {
            await using var connection = new Npgsql.NpgsqlConnection(server.ConnectionString("hub"));
            await connection.OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await using var command = new Npgsql.NpgsqlCommand("LOCK TABLE runs, registered_models IN ACCESS EXCLUSIVE MODE", connection, transaction);
            await command.ExecuteNonQueryAsync();
            await Task.Delay(patient.Options.For(8));
            await transaction.RollbackAsync();
        }, fileRuns: 0);
        await patient.RequireWholeAsync(hub);
        return seen.ToString();
    }

    private static async Task<string> NodesAsync(Patient patient)
    {
        var (_, settings) = await ServerAsync(patient);
        using var other = HubProcess.Start(patient.At("other"), null, ["MlHub:Access:Mode=Open", "Logging:LogLevel:Default=Warning", .. settings]);
        await other.ListeningAsync();
        var kills = patient.Options.Times(3);
        for (var i = 0; i < kills; i++)
        {
            using var node = patient.Start(settings);
            await patient.LoadAsync(node, () => Task.Run(node.Kill), fileRuns: 0);
            // The chain goes on at the other, where all is read.
            await patient.RequireWholeAsync(other);
        }

        return $"{kills} kills, {patient.Acknowledged} acknowledged calls, all of them at the other node with their events in the chain";
    }

    private static async Task<(PostgresServer Server, string[] Settings)> ServerAsync(Patient patient)
    {
        var server = PostgresServer.StartAnother();
        patient.AtEnd(server.Stop);
        await server.ExecuteAsync("CREATE DATABASE hub");
        return (server, ["MlHub:Database:Provider=PostgreSql", $"ConnectionStrings:MlHub={server.ConnectionString("hub")}"]);
    }
}
