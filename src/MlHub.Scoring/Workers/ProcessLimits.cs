using System.Globalization;
using System.Runtime.InteropServices;

namespace MlHub.Scoring.Workers;

/// <summary>What a worker takes from itself before it loads a model.</summary>
internal static partial class ProcessLimits
{
    private const int FileSize = 1, CoreSize = 4, AddressSpace = 9;

    /// <summary>No files, no dumps, and so much memory beyond what this process has now. On Linux; elsewhere nothing is limited.</summary>
    public static void Apply(long memoryBytes)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        Set(FileSize, 0);
        Set(CoreSize, 0);
        if (memoryBytes > 0)
        {
            Set(AddressSpace, AddressSpaceNow() + (ulong)memoryBytes);
        }
    }

    /// <summary>Ends this process when the one that started it is gone, even while a model is computing for ever.</summary>
    public static Timer EndWithParent()
    {
        var parent = OperatingSystem.IsLinux() ? GetParent() : 0;
        return new(
            _ =>
            {
                if (OperatingSystem.IsLinux() && GetParent() != parent)
                {
                    // At once: an orderly end might wait for the thread that computes.
                    Exit(0);
                }
            },
            null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    /// <summary>Ends this process at once, without waiting for any thread.</summary>
    public static void EndNow(int code)
    {
        if (OperatingSystem.IsWindows())
        {
            Environment.Exit(code);
        }
        else
        {
            Exit(code);
        }
    }

    private static ulong AddressSpaceNow() =>
        ulong.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[0], CultureInfo.InvariantCulture) * (ulong)Environment.SystemPageSize;

    private static void Set(int resource, ulong most) => _ = SetLimit(resource, new Limit(most, most));

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetLimit(int resource, in Limit limit);

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int GetParent();

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void Exit(int code);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Limit(ulong Now, ulong Most);
}
