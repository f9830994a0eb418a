using System.Globalization;
using Microsoft.Data.Sqlite;
using MlHub.Testing.Databases;

namespace MlHub.Torture;

/// <summary>Bytes of the database are not what was written.</summary>
internal static class DamageRows
{
    public static IEnumerable<Scenario> All =>
    [
        new(3, "torn, short or changed end of the write-ahead log", TornLogAsync),
        new(21, "one byte of the database changed", ChangedByteAsync),
    ];

    /// <summary>What is left must be the beginning of the history, for each run, and whole.</summary>
    private static async Task<string> TornLogAsync(Patient patient)
    {
        using (var hub = patient.Start())
        {
            await patient.LoadAsync(hub, () => Task.Run(hub.Kill));
        }

        var log = new FileInfo(patient.Database + "-wal");
        var whole = await PointsAsync(patient.Database, log.FullName, patient.At("whole"), _ => { });
        var (tries, least) = (patient.Options.Times(60), whole);
        for (var i = 0; i < tries; i++)
        {
            var back = patient.Random.Next(1, i % 3 == 0 ? (int)log.Length : 4096);
            var points = await PointsAsync(patient.Database, log.FullName, patient.At($"torn{i}"), wal =>
            {
                wal.Position = wal.Length - back;
                switch (i % 2)
                {
                    case 0:
                        wal.SetLength(wal.Position);
                        break;
                    default:
                        var changed = (byte)(wal.ReadByte() ^ 0x55);
                        wal.Position--;
                        wal.WriteByte(changed);
                        break;
                }
            });
            least = Math.Min(least, points);
        }

        return $"{tries} logs of {log.Length} bytes cut or changed; sound each time, and the beginning of the history: {least} to {whole} points";
    }

    private static async Task<long> PointsAsync(string database, string log, string folder, Action<FileStream> harm)
    {
        var copy = Path.Combine(Directory.CreateDirectory(folder).FullName, "mlhub.db");
        File.Copy(database, copy);
        File.Copy(log, copy + "-wal");
        await using (var wal = new FileStream(copy + "-wal", FileMode.Open))
        {
            harm(wal);
        }

        await using (var connection = new SqliteConnection($"Data Source={copy};Pooling=False"))
        {
            await connection.OpenAsync();
        }

        await Patient.RequireSoundAsync(copy);
        // A writer sends 0, 4, 8, … one after the other.
        var gaps = await OlderDatabase.AskAsync(copy, "SELECT count(*) FROM (SELECT max(m.step) AS last, count(*) AS n FROM metrics m JOIN metric_series s USING (series_id) WHERE s.metric_key = 'single' GROUP BY series_id) WHERE last <> 4 * (n - 1)");
        BrokenPromiseException.Require(gaps == "0", $"A history has gaps: {gaps}");
        return long.Parse(await OlderDatabase.AskAsync(copy, "SELECT count(*) FROM metrics"), CultureInfo.InvariantCulture);
    }

    private static async Task<string> ChangedByteAsync(Patient patient)
    {
        using (var hub = patient.Start())
        {
            await patient.LoadAsync(hub, () => Task.CompletedTask);
            await hub.StopAsync();
        }

        var bytes = await File.ReadAllBytesAsync(patient.Database);
        var (tries, named, refused, silent) = (patient.Options.Times(10), 0, 0, 0);
        for (var i = 0; i < tries; i++)
        {
            var at = patient.Random.Next(bytes.Length);
            bytes[at] ^= 0xff;
            await File.WriteAllBytesAsync(patient.Database, bytes);
            bytes[at] ^= 0xff;
            var doctor = await HubCommand.RunAsync("doctor", $"--MlHub:DataDirectory={patient.Data}");
            named += doctor.Code;
            using var hub = patient.Start();
            var started = hub.ListeningAsync();
            await Task.WhenAny(started, hub.ExitAsync());
            if (hub.HasExited)
            {
                BrokenPromiseException.Require(hub.Output.Contains("MlHub cannot start. ", StringComparison.Ordinal), $"Byte {at}: it ended with {hub.Output}");
                refused++;
                continue;
            }

            using var client = new HttpClient { BaseAddress = await started };
            var searched = await client.PostedAsync("/experiments/search", new { max_results = 100 });
            BrokenPromiseException.Require(searched.Status is 200 or 503 && (await client.GetAsync("/health/live")).IsSuccessStatusCode, $"Byte {at}: {searched.Status} {searched.Text}");
            silent += doctor.Code == 0 ? 1 : 0;
            hub.Kill();
        }

        return $"{tries} bytes: `doctor` named {named}, {refused} starts were refused in a sentence, no crash; {silent} changed a value only, which no check of SQLite's can tell";
    }
}
