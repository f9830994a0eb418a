using System.Runtime.InteropServices;

namespace MlHub.Adapters.Blobs;

/// <summary>A second flush would succeed without the names that this one should have written.</summary>
internal sealed class FlushFailedException() : IOException("A folder of the artifact store could not be flushed to the disk.");

/// <summary>Makes a new name in a folder survive a power loss; .NET has no call for it, POSIX has fsync on the folder.</summary>
internal static partial class DirectoryFlush
{
    private const int ReadOnly = 0;

    public static void ToDisk(string folder)
    {
        // Windows writes a folder's entries with the file.
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var handle = Open(folder, ReadOnly);
        if (handle < 0)
        {
            throw new IOException($"A folder of the artifact store could not be opened (error {Marshal.GetLastPInvokeError()}).");
        }

        var flushed = FSync(handle);
        _ = Close(handle);
        if (flushed < 0)
        {
            throw new FlushFailedException();
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
