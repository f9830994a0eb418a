using System.ComponentModel;
using System.Diagnostics;

namespace MlHub.Testing;

/// <summary>A disk of a few megabytes at an empty folder, where whoever runs the tests may mount one.</summary>
public sealed class SmallDisk : IDisposable
{
    private readonly string _folder;

    private SmallDisk(string folder) => _folder = folder;

    public static SmallDisk? MountOrNull(string folder, int megabytes) =>
        Runs("mount", "-t", "tmpfs", "-o", $"size={megabytes}M", "tmpfs", folder) ? new(folder) : null;

    public void Dispose() => Runs("umount", "-l", _folder);

    /// <summary>Whether the program is there and ends with 0.</summary>
    public static bool Runs(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
