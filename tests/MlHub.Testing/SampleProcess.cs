using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace MlHub.Testing;

/// <summary>One of the samples, built beside the tests, as a process of its own.</summary>
public sealed partial class SampleProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SampleProcess(Process process) => _process = process;

    /// <summary>All that it wrote to its two outputs.</summary>
    public string Output => string.Join('\n', _lines);

    /// <summary>Where it listens; known as soon as it is started.</summary>
    public Uri Address { get; private set; } = null!;

    public static string ProgramOf(string sample) => Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "..", "..", sample, new DirectoryInfo(AppContext.BaseDirectory).Name, $"{sample}.dll"));

    /// <summary>A port that nobody listens on now, for a program that others have to know before it starts.</summary>
    public static Uri FreeAddress()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return new($"http://127.0.0.1:{((IPEndPoint)socket.LocalEndpoint).Port}/");
    }

    /// <summary>Returns once it listens.</summary>
    public static async Task<SampleProcess> StartAsync(string sample, string address = "http://127.0.0.1:0", params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [ProgramOf(sample), "--urls", address])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var started = new SampleProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        started.Run();
        try
        {
            started.Address = await started._listening.Task.WaitAsync(Patience);
            return started;
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException)
        {
            started.Dispose();
            throw new InvalidOperationException($"{sample} did not start. It said:\n{started.Output}", e);
        }
    }

    /// <summary>It stands still, and whoever calls it waits, until <see cref="Resume"/>.</summary>
    public void Pause() => Signal("STOP");

    public void Resume() => Signal("CONT");

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    private void Run()
    {
        _process.OutputDataReceived += (_, e) => Hear(e.Data);
        _process.ErrorDataReceived += (_, e) => Hear(e.Data);
        _process.Exited += (_, _) => _listening.TrySetException(new InvalidOperationException("It ended before it listened."));
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
