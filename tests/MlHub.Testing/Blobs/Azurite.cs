using System.Collections.Concurrent;
using System.Diagnostics;

namespace MlHub.Testing.Blobs;

/// <summary>Microsoft's emulator of Azure Blob Storage as a process on the loopback address, stopped when this process ends.</summary>
public sealed class Azurite : IDisposable
{
    /// <summary>The account and key that every Azurite has; they are public.</summary>
    public const string Account = "devstoreaccount1";
    public const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly Lazy<Azurite> Started = new(() => new Azurite());

    private readonly string _folder = Directory.CreateTempSubdirectory("mlhub-azurite-").FullName;
    private Process? _process;

    public Azurite() => _process = Start(port: 0);

    /// <summary>One for all tests that do not stop it.</summary>
    public static Azurite Shared => Started.Value;

    public Uri Endpoint { get; private set; } = null!;

    public string ConnectionString => Connection($"AccountName={Account};AccountKey={Key}");

    private static string Program
    {
        get
        {
            var program = Path.Combine(Repository.Root, "tests", "clients", "node_modules", "azurite", "dist", "src", "blob", "main.js");
            return File.Exists(program)
                ? program
                : throw new InvalidOperationException($"Azurite is not installed ({program}): run ./test.sh, which installs it, or npm ci in tests/clients.");
        }
    }

    /// <summary>For another way to sign in than with the account's key.</summary>
    public string Connection(string credentials) => $"BlobEndpoint={Endpoint.AbsoluteUri.TrimEnd('/')};{credentials}";

    /// <summary>kill -9.</summary>
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

    /// <summary>After <see cref="Stop"/>, at the same address; it has forgotten what it had not yet written down.</summary>
    public void StartAgain() => _process = Start(Endpoint.Port);

    public void Dispose()
    {
        Stop();
        Directory.Delete(_folder, recursive: true);
    }

    private Process Start(int port)
    {
        var process = Process.Start(new ProcessStartInfo(
            "node", [Program, "--blobHost", "127.0.0.1", "--blobPort", $"{port}", "--location", _folder, "--silent", "--disableTelemetry"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder,
        })!;
        StopAfterThisProcess(process.Id);
        Endpoint = new Uri($"{ListeningAddress(process)}/{Account}");
        return process;
    }

    private static string ListeningAddress(Process process)
    {
        const string marker = "successfully listens on ";
        var lines = new ConcurrentQueue<string>();
        var address = new TaskCompletionSource<string>();
        process.OutputDataReceived += (_, e) => Hear(e.Data);
        process.ErrorDataReceived += (_, e) => Hear(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return address.Task.Wait(Patience)
            ? address.Task.Result
            : throw new TimeoutException($"Azurite did not start in time. It said:\n{string.Join('\n', lines)}");

        void Hear(string? line)
        {
            lines.Enqueue(line ?? "");
            if (line?.IndexOf(marker, StringComparison.Ordinal) is >= 0 and var at)
            {
                address.TrySetResult(line[(at + marker.Length)..].Trim());
            }
        }
    }

    /// <summary>A process of its own waits for the end of this one, so that nothing is left behind even by a killed test run.</summary>
    private void StopAfterThisProcess(int azurite)
    {
        const string script = """exec > /dev/null 2>&1 < /dev/null; while kill -0 "$1" && kill -0 "$2"; do sleep 1; done; kill -0 "$1" || { kill -KILL "$2"; sleep 1; rm -rf "$3"; }""";
        Process.Start("setsid", ["sh", "-c", script, "sh", $"{Environment.ProcessId}", $"{azurite}", _folder]).Dispose();
    }
}
