using System.Diagnostics;

namespace MlHub.Scoring.Workers;

/// <summary>
/// How workers are kept apart: from the network, in a namespace of their own, and from what the hub's account may do, as the account
/// nobody; each where this machine lets us. What works is tried once; memory, files and dumps are limited by each worker itself.
/// </summary>
/// <param name="launch">How a worker is started without it.</param>
/// <param name="library">ONNX Runtime's, which a worker must be able to read; null where there is none.</param>
public sealed class Sandbox(WorkerLaunch launch, string? library)
{
    private const string Nobody = "65534";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The model's folder is inside of the hub's, which lets nobody in. The worker, which sees it at another place, finds it all the
    /// same; where that cannot be had, models with weights in files of their own could not be loaded.
    /// </summary>
    private static readonly string[] AsNobody =
    [
        "unshare", "-n", "-m", "--", "sh", "-c", "mount --bind . /mnt && cd /mnt && exec \"$@\"", "sh",
        "setpriv", $"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", "--no-new-privs", "--",
    ];

    private static readonly string[] NoNetwork = ["unshare", "-n", "--"];

    /// <summary>Strictest first.</summary>
    private static readonly (string[] Command, bool HasNoNetwork, bool IsNobody)[] Candidates =
    [
        (AsNobody, true, true), (NoNetwork, true, false), (["unshare", "-U", "-r", "-n", "--"], true, false), ([], false, false),
    ];

    // Another account may not be let into the folders of the program, of .NET and of the library, so a worker is tried; else any program will do.
    private readonly Lazy<(string[] Command, bool HasNoNetwork, bool IsNobody)> _found = new(() => OperatingSystem.IsLinux()
        ? Array.Find(Candidates, c => (!c.IsNobody || Environment.IsPrivilegedProcess) && (c.Command.Length == 0 || Works(c.IsNobody ? launch with { Arguments = [.. launch.Arguments, ScoringWorker.Probe, library ?? ""] } : launch with { Program = "true", Arguments = [] }, c.Command)))
        : Candidates[^1]);

    /// <summary>The command that goes before a worker's; empty where there is none.</summary>
    public IReadOnlyList<string> Command => _found.Value.Command;

    /// <summary>The same for a worker that goes on under the hub's own account, since it makes a stricter sandbox for what it starts.</summary>
    public IReadOnlyList<string> CommandAsHub => IsNobody ? NoNetwork : Command;

    /// <summary>Whether workers are kept from the network.</summary>
    public bool HasNoNetwork => _found.Value.HasNoNetwork;

    /// <summary>Whether workers run as the account nobody.</summary>
    public bool IsNobody => _found.Value.IsNobody;

    /// <summary>Whether it is known yet.</summary>
    public bool IsTried => _found.IsValueCreated;

    private static bool Works(WorkerLaunch launch, string[] command)
    {
        var probe = launch.Under(command);
        try
        {
            var start = new ProcessStartInfo(probe.Program, probe.Arguments)
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
                RedirectStandardInput = true,
                WorkingDirectory = Path.GetTempPath(),
            };
            start.Environment.Clear();
            foreach (var (name, value) in launch.Environment)
            {
                start.Environment[name] = value;
            }

            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            if (process.WaitForExit(Patience))
            {
                return process.ExitCode == 0;
            }

            process.Kill();
            return false;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
