using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace MlHub.Testing.Mail;

/// <summary>A mail that the server accepted.</summary>
public sealed record ReceivedMail(string From, List<string> To, List<List<string>> Headers, string Text, bool Encrypted, bool SignedIn)
{
    public string Subject => Header("Subject");

    public string Header(string name) => Headers.Single(h => h[0].Equals(name, StringComparison.OrdinalIgnoreCase))[1];
}

/// <summary>Debian's aiosmtpd as a process on the loopback address, stopped when this process ends.</summary>
public sealed class MailServer : IDisposable
{
    private const string Python = "/usr/bin/python3";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<string> _lines = new();
    private readonly string[] _options;
    private Process? _process;

    /// <summary>Options are those of tests/clients/mail-server.py.</summary>
    public MailServer(params string[] options)
    {
        _options = options;
        _process = Start(port: 0);
    }

    public int Port { get; private set; }

    /// <summary>Stops the server, and gives all that it has accepted since it was first started.</summary>
    public List<ReceivedMail> StopAndRead()
    {
        Stop();
        return Received();
    }

    /// <summary>What was accepted, once there is that much.</summary>
    public async Task<List<ReceivedMail>> ReadAsync(int count, TimeSpan? within = null)
    {
        await Eventually.TrueAsync(() => Received().Count >= count, within);
        return Received();
    }

    /// <summary>kill -9, and reads what it has said.</summary>
    public void Stop()
    {
        if (_process is { } running)
        {
            _process = null;
            running.Kill();
            running.WaitForExit();
            running.Dispose();
        }
    }

    /// <summary>After <see cref="Stop"/>, on the same port.</summary>
    public void StartAgain() => _process = Start(Port);

    public void Dispose() => Stop();

    private List<ReceivedMail> Received() => [.. _lines.Where(l => l.StartsWith('{')).Select(l => JsonSerializer.Deserialize<ReceivedMail>(l, JsonSerializerOptions.Web)!)];

    private Process Start(int port)
    {
        var script = Path.Combine(Repository.Root, "tests", "clients", "mail-server.py");
        var process = Process.Start(new ProcessStartInfo(Python, [script, "--port", $"{port}", .. _options]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        StopAfterThisProcess(process.Id);
        var listening = new TaskCompletionSource<int>();
        process.OutputDataReceived += (_, e) => Hear(e.Data, listening);
        process.ErrorDataReceived += (_, e) => Hear(e.Data, listening);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Port = listening.Task.Wait(Patience)
            ? listening.Task.Result
            : throw new InvalidOperationException($"The mail server did not start: run ./test.sh, which installs it, or apt-get install python3-aiosmtpd. It said:\n{string.Join('\n', _lines)}");
        return process;
    }

    private void Hear(string? line, TaskCompletionSource<int> listening)
    {
        if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            listening.TrySetResult(port);
        }

        _lines.Enqueue(line ?? "");
    }

    /// <summary>A process of its own waits for the end of this one, so that nothing is left behind even by a killed test run.</summary>
    private static void StopAfterThisProcess(int server)
    {
        const string script = """exec > /dev/null 2>&1 < /dev/null; while kill -0 "$1" && kill -0 "$2"; do sleep 1; done; kill -KILL "$2" """;
        Process.Start("setsid", ["sh", "-c", script, "sh", $"{Environment.ProcessId}", $"{server}"]).Dispose();
    }
}
