using System.ComponentModel;
using System.Diagnostics;

namespace MlHub.Torture;

/// <summary>Programs of the system that do the harm.</summary>
internal static class Tools
{
    /// <summary>What the program wrote.</summary>
    /// <exception cref="NotPossibleHereException">It is not there, or may not do it.</exception>
    public static string Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            process.WaitForExit();
            return process.ExitCode == 0 ? output.Result.Trim() : throw new NotPossibleHereException($"{program} {string.Join(' ', arguments)}: {error.Result.Trim()}");
        }
        catch (Win32Exception e)
        {
            throw new NotPossibleHereException($"{program}: {e.Message}");
        }
    }

    public static void Signal(int process, string signal) => Run("kill", $"-{signal}", $"{process}");

    /// <summary>A new control group of the first version, with the hub in it; its settings are written and read by name.</summary>
    public static (Action<string, string> Set, Func<string, string> Get) Group(Patient patient, string controller, HubProcess hub)
    {
        var folder = $"/sys/fs/cgroup/{controller}/mlhub-{hub.Id}";
        try
        {
            Directory.CreateDirectory(folder);
            patient.AtEnd(() => Directory.Delete(folder));
            File.WriteAllText(Path.Combine(folder, "cgroup.procs"), $"{hub.Id}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NotPossibleHereException($"no control groups of the first version ({e.Message})");
        }

        return ((setting, value) => File.WriteAllText(Path.Combine(folder, setting), value), setting => File.ReadAllText(Path.Combine(folder, setting)));
    }
}
