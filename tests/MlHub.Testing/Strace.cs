using System.ComponentModel;
using System.Diagnostics;

namespace MlHub.Testing;

/// <summary>Makes calls to the system of a running hub fail, or end it, by <c>strace</c>; until disposed of.</summary>
public sealed class Strace : IDisposable
{
    private readonly Process _process;

    private Strace(Process process) => _process = process;

    /// <summary>Null where strace is not there or may not trace.</summary>
    /// <param name="hub">The process, with all its threads.</param>
    /// <param name="calls">Names of system calls, joined by commas.</param>
    /// <param name="injection">What happens to them, as <c>error=EIO:when=3+</c>.</param>
    /// <param name="path">Only calls on this file.</param>
    public static async Task<Strace?> AttachOrNullAsync(HubProcess hub, string calls, string injection, string? path = null)
    {
        string[] file = path is null ? [] : ["-P", path];
        var start = new ProcessStartInfo("strace", ["-f", "-o", "/dev/null", "-p", $"{hub.Id}", .. file, "-e", $"trace={calls}", "-e", $"inject={calls}:{injection}"]) { RedirectStandardError = true };
        try
        {
            var process = Process.Start(start)!;
            var attached = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            process.ErrorDataReceived += (_, e) => Hear(e.Data, attached);
            process.BeginErrorReadLine();
            if (await attached.Task)
            {
                return new(process);
            }

            process.Dispose();
            return null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            // Asked, it lets go of all threads; killed, it would leave those it had stopped.
            using var ask = Process.Start("kill", ["-INT", $"{_process.Id}"]);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static void Hear(string? line, TaskCompletionSource<bool> attached)
    {
        if (line is null)
        {
            attached.TrySetResult(false);
        }
        else if (line.Contains("attached", StringComparison.Ordinal) && !line.Contains("ptrace", StringComparison.Ordinal))
        {
            attached.TrySetResult(true);
        }
    }
}
