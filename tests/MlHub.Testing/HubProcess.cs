using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace MlHub.Testing;

/// <summary>The built program as a process of its own, as a user starts it.</summary>
public sealed partial class HubProcess : IDisposable
{
    /// <summary>It starts within two seconds; a busy machine may need many times that.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private HubProcess(Process process) => _process = process;

    /// <summary>All that it wrote to its two outputs.</summary>
    public string Output => string.Join('\n', _lines);

    public bool HasExited => _process.HasExited;

    public int Id => _process.Id;

    /// <summary>Where the program was built, beside the tests.</summary>
    public static string Program { get; } = Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "..", "..", "MlHub.Web", new DirectoryInfo(AppContext.BaseDirectory).Name, "MlHub.Web.dll"));

    /// <summary>Settings are given as arguments, <c>KEY=VALUE</c>; the port is any free one unless they say otherwise.</summary>
    public static HubProcess Start(string dataDirectory, IReadOnlyDictionary<string, string>? environment = null, params string[] settings) =>
        StartUnder([], dataDirectory, environment, settings);

    /// <summary>Started by another program that takes a command, such as <c>prlimit</c>.</summary>
    public static HubProcess StartUnder(IReadOnlyList<string> program, string dataDirectory, IReadOnlyDictionary<string, string>? environment = null, params string[] settings)
    {
        string[] command = [.. program, "dotnet", Program, .. Arguments(dataDirectory, settings)];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("MLHUB", StringComparison.OrdinalIgnoreCase) || k.StartsWith("ASPNETCORE", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var hub = new HubProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        hub.Run();
        return hub;
    }

    /// <summary>The address, once it answers there.</summary>
    public async Task<Uri> ListeningAsync()
    {
        try
        {
            return await _listening.Task.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"MlHub did not start in time. It said:\n{Output}");
        }
    }

    /// <summary>Waits for it to end by itself.</summary>
    public async Task<int> ExitAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>SIGTERM, as a supervisor stops it; returns its exit code.</summary>
    public Task<int> StopAsync()
    {
        Terminate();
        return ExitAsync();
    }

    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    private static IEnumerable<string> Arguments(string dataDirectory, string[] settings) =>
        [$"--MlHub:DataDirectory={dataDirectory}", .. settings.Any(s => s.StartsWith("Urls=", StringComparison.Ordinal)) ? [] : (string[])["--Urls=http://127.0.0.1:0"], .. settings.Select(s => $"--{s}")];

    private void Run()
    {
        _process.OutputDataReceived += (_, e) => Hear(e.Data);
        _process.ErrorDataReceived += (_, e) => Hear(e.Data);
        _process.Exited += (_, _) => _listening.TrySetException(new InvalidOperationException("MlHub ended before it listened."));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private void Hear(string? line)
    {
        if (line is null)
        {
            return;
        }

        _lines.Enqueue(line);
        if (Listening().Match(line) is { Success: true } found)
        {
            _listening.TrySetResult(new Uri(found.Groups[1].Value));
        }
    }

    [GeneratedRegex(@"Now listening on: (http[^\s""]+)")]
    private static partial Regex Listening();
}
