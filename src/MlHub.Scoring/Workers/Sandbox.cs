using System.Diagnostics;

namespace MlHub.Scoring.Workers;

/// <summary>
/// How workers are kept from the network: in a network namespace of their own where this machine lets us make one. What works is tried
/// once; memory, files and dumps are limited by each worker itself.
/// </summary>
public sealed class Sandbox
{
    private static readonly string[][] Candidates = [["unshare", "-n", "--"], ["unshare", "-U", "-r", "-n", "--"]];

    private readonly Lazy<string[]> _command = new(() => OperatingSystem.IsLinux() ? Array.Find(Candidates, Works) ?? [] : []);

    /// <summary>The command that goes before a worker's; empty where there is none.</summary>
    public IReadOnlyList<string> Command => _command.Value;

    private static bool Works(string[] command)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command[0], [.. command.Skip(1), "true"]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            return process.WaitForExit(TimeSpan.FromSeconds(5)) && process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
