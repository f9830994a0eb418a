using System.Diagnostics;
using Microsoft.Data.Sqlite;
using MlHub.Testing.Databases;

namespace MlHub.Torture;

/// <summary>The hub that is harmed: its folders, what clients wrote to it, and the check at the end.</summary>
internal sealed class Patient(TortureOptions options) : IDisposable
{
    /// <summary>After the harm ended, so long may the hub take until it acknowledges again; the promise is five seconds, the rest is for a busy machine.</summary>
    private static readonly TimeSpan Healing = TimeSpan.FromSeconds(60);

    private readonly string _root = Directory.CreateTempSubdirectory("mlhub-torture-").FullName;
    private readonly Stack<Action> _undo = new();
    private readonly List<SentCall> _sent = [];
    private Workload? _workload;
    private int _cycle;

    public TortureOptions Options { get; } = options;

    public Random Random { get; } = new(options.Seed);

    /// <summary>The data directory; a scenario may put it on a disk of its own.</summary>
    public string Data { get; set; } = "";

    public string Database => Path.Combine(Data, "mlhub.db");

    public IReadOnlyCollection<SentCall> Sent => _sent;

    public int Acknowledged => _sent.Count(c => c.Acknowledged);

    /// <summary>Acknowledged calls of patients of which this one is the frame.</summary>
    public int Counted { get; private set; }

    public void Count(Patient other) => Counted += other.Acknowledged;

    public string At(string name) => Path.Combine(_root, name);

    /// <summary>To be run at the end, the last first.</summary>
    public void AtEnd(Action undo) => _undo.Push(undo);

    public HubProcess Start(params string[] settings) => StartUnder([], null, settings);

    public HubProcess StartUnder(IReadOnlyList<string> program, IReadOnlyDictionary<string, string>? environment, params string[] settings)
    {
        Data = Data.Length > 0 ? Data : At("data");
        return HubProcess.StartUnder(program, Data, environment, ["MlHub:Access:Mode=Open", "Logging:LogLevel:Default=Warning", "MlHub:Artifacts:FreeSpaceReserve=1048576", .. settings]);
    }

    /// <summary>Clients write; the harm is done while they do; they go on until the hub has acknowledged again, or is gone.</summary>
    /// <returns>How they were answered.</returns>
    public async Task<Harmed> LoadAsync(HubProcess hub, Func<Task> harm, Uri? through = null, int fileRuns = 2)
    {
        var address = await hub.ListeningAsync();
        _workload ??= await Workload.CreateAsync(address, fileRuns: fileRuns);
        using var end = new CancellationTokenSource();
        var writers = new Writers(_workload, _cycle++);
        var writing = writers.WriteAsync(through ?? address, end.Token);
        var healed = TimeSpan.Zero;
        try
        {
            await AcknowledgedAsync(writers, hub, Random.Next(50, 250));
            await harm();
            var began = Stopwatch.GetTimestamp();
            await AcknowledgedAsync(writers, hub, writers.History.Acknowledged + 50);
            healed = Stopwatch.GetElapsedTime(began);
        }
        finally
        {
            await end.CancelAsync();
            await writing;
            _sent.AddRange(writers.History.Sent);
        }

        return new(writers.History.Answers, writers.History.Slowest, healed);
    }

    /// <summary>Holds a hub that runs against all that was ever sent.</summary>
    public async Task RequireWholeAsync(HubProcess hub) => await _workload!.RequireKeptAsync(await hub.ListeningAsync(), _sent);

    /// <summary>Starts a hub and holds it against all that was ever sent.</summary>
    public async Task RequireWholeAsync(string? data = null, params string[] settings)
    {
        Data = data ?? Data;
        using (var hub = Start(settings))
        {
            await RequireWholeAsync(hub);
            BrokenPromiseException.Require(await hub.StopAsync() == 0, $"It did not stop in order: {hub.Output}");
        }

        if (File.Exists(Database))
        {
            await RequireSoundAsync(Database);
        }
    }

    public static async Task RequireSoundAsync(string database)
    {
        var found = await OlderDatabase.AskAsync(database, "PRAGMA integrity_check") + await OlderDatabase.AskAsync(database, "PRAGMA foreign_key_check");
        BrokenPromiseException.Require(found == "ok", $"The database is damaged: {found}");
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        while (_undo.TryPop(out var undo))
        {
            undo();
        }

        Directory.Delete(_root, recursive: true);
    }

    /// <summary>Waits for so many acknowledged calls, or the end of the hub.</summary>
    private static Task AcknowledgedAsync(Writers writers, HubProcess hub, int calls) =>
        Eventually.TrueAsync(() => hub.HasExited || writers.History.Acknowledged >= calls, Healing);
}

/// <summary>What clients saw of a fault: how often each status (0: no answer), the slowest answer, and how long after it the hub acknowledged again.</summary>
internal sealed record Harmed(IReadOnlyDictionary<int, int> Answers, TimeSpan Slowest, TimeSpan Healed)
{
    public override string ToString() =>
        $"{string.Join(", ", Answers.OrderBy(a => a.Key).Select(a => $"{a.Value} × {(a.Key == 0 ? "none" : a.Key)}"))}; slowest {Slowest.TotalSeconds:0.0} s; healed {Healed.TotalSeconds:0.0} s after";
}
