namespace MlHub.Adapters.Blobs;

/// <summary>The free space of a disk, of which a reserve is left to the database and the system. Uploads side by side do not pass it together.</summary>
internal sealed class DiskSpace(Func<long> freeBytes, long reserve)
{
    private const long LeastReserve = 512L * 1024 * 1024;
    private const double ReservedPart = 0.02;

    private long _underWay;

    /// <param name="root">A folder of the disk.</param>
    /// <param name="freeBytes">Tells the free space instead of the disk.</param>
    /// <param name="reserve">Null for the larger of 512 MiB and 2 % of the disk.</param>
    public static DiskSpace Of(string root, Func<long>? freeBytes, long? reserve)
    {
        var disk = new DriveInfo(root);
        return new(freeBytes ?? (() => disk.AvailableFreeSpace), reserve ?? Math.Max(LeastReserve, (long)(disk.TotalSize * ReservedPart)));
    }

    /// <summary>To be called before so many bytes are written, and <see cref="Written"/> after it, come what may.</summary>
    /// <exception cref="HubException">StorageFull.</exception>
    public void Require(long bytes)
    {
        if (freeBytes() - Interlocked.Add(ref _underWay, bytes) < reserve)
        {
            Written(bytes);
            throw DiskFailure.Full();
        }
    }

    public void Written(long bytes) => Interlocked.Add(ref _underWay, -bytes);
}
