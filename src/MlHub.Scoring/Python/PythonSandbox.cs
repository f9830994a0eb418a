using System.Diagnostics;
using System.Text;
using System.Text.Json;
using MlHub.Scoring.Workers;

namespace MlHub.Scoring.Python;

/// <summary>
/// How Python is started: without the network, as nobody or without any capability, alone with its processes, so that they end with it,
/// and with empty folders where the hub's data lie, and sockets and temporary files of others. What this machine lets us do is tried; worker.py fences off all other files itself.
/// </summary>
public static class PythonSandbox
{
    private const string EndWithParent = "--pdeathsig=KILL";
    private const string Hide = "for d in /run /tmp /var/tmp /dev/shm \"$0\"; do [ ! -d \"$d\" ] || mount -t tmpfs -o ro none \"$d\" || exit 1; done; exec \"$@\"";

    private static readonly string[] Nobody = ["setpriv", EndWithParent, "--reuid=65534", "--regid=65534", "--clear-groups", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"];
    private static readonly string[] Powerless = ["setpriv", EndWithParent, "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"];
    private static readonly string[] Modest = ["setpriv", EndWithParent, "--no-new-privs"];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <param name="interpreter">The path of Python.</param>
    /// <param name="data">The hub's data directory: the models' folders below it are working directories.</param>
    /// <param name="sandbox">What the worker is started under that starts Python.</param>
    public static Task<PythonFindings> FindAsync(string interpreter, string data, Sandbox sandbox) => Task.Run(() => TryAsync(interpreter, data, sandbox));

    /// <summary>The script that serves a model, as an argument of Python: the account that runs it may not read the hub's program.</summary>
    internal static string Script { get; } = new StreamReader(typeof(PythonSandbox).Assembly.GetManifestResourceStream("worker.py")!).ReadToEnd();

    /// <summary>Of the worker's environment what finds libraries, and one thread: requests are parallel by processes.</summary>
    internal static void Clean(IDictionary<string, string?> environment)
    {
        string[] kept = ["PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH"];
        foreach (var name in environment.Keys.Except(kept).ToList())
        {
            environment.Remove(name);
        }

        environment["HOME"] = "/nonexistent";
        foreach (var pool in new[] { "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS" })
        {
            environment[pool] = "1";
        }
    }

    private static async Task<PythonFindings> TryAsync(string interpreter, string data, Sandbox sandbox)
    {
        string[] alone = ["setpriv", EndWithParent, "unshare", "-m", "-i", "-p", "--fork", "--kill-child=KILL", "--", "sh", "-c", Hide, data];
        string[] python = [interpreter, "-I", "-B", "-c", Script];
        string[][] candidates = !OperatingSystem.IsLinux() ? [[]]
            : Environment.IsPrivilegedProcess ? [[.. alone, .. Nobody], Nobody, [.. alone, .. Powerless], Modest, []]
            : [[.. alone, .. Powerless], Powerless, Modest, []];
        var problem = "";
        foreach (var candidate in candidates)
        {
            try
            {
                var modules = await ProbeAsync([.. sandbox.CommandAsHub, .. candidate, .. python, "probe"]);
                var isNobody = candidate.Contains(Nobody[2]);
                return new([.. candidate, .. python], modules, modules.IsFenced || isNobody ? null : "This machine cannot keep Python code from the hub's files: that takes Linux 5.13 or later with Landlock.");
            }
            catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException or JsonException or TimeoutException)
            {
                problem = e.Message;
            }
        }

        return new([], null, $"Python at {interpreter} does not run: {problem}");
    }

    /// <exception cref="InvalidOperationException">Where it ends with an error, in its last line.</exception>
    private static async Task<PythonModules> ProbeAsync(IReadOnlyList<string> command)
    {
        ProcessStartInfo start = new(command[0], command.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8, WorkingDirectory = "/" };
        Clean(start.Environment);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (said, wrong) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return process.ExitCode == 0 && JsonSerializer.Deserialize(await said, ScoringJson.Default.PythonModules) is { } modules
            ? modules
            : throw new InvalidOperationException((await wrong).Trim().Split('\n')[^1]);
    }
}

/// <summary>What a hub's Python can do.</summary>
/// <param name="Command">How it is started.</param>
/// <param name="Modules">What it has; null where it does not run.</param>
/// <param name="Objection">Why it serves nothing; null where it does.</param>
public sealed record PythonFindings(IReadOnlyList<string> Command, PythonModules? Modules, string? Objection);
