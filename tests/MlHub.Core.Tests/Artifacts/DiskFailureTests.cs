using MlHub.Adapters.Blobs;

namespace MlHub.Core.Tests.Artifacts;

/// <summary>What a failure while writing means to whoever uploads.</summary>
public sealed class DiskFailureTests
{
    [Fact]
    public void A_full_disk_is_told_as_such()
    {
        var refusal = Assert.Throws<HubException>(() => DiskFailure.Watch(() => throw new IOException("ENOSPC", 28)));

        Assert.Equal(HubError.StorageFull, refusal.Error);
    }

    [Fact]
    public void A_file_that_may_not_grow_is_told_as_a_full_disk()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The limit of a file's length is Linux's.");
        var path = Path.GetTempFileName();
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write);

            // No file system of Linux has files of so many bytes: EFBIG.
            var refusal = Assert.Throws<HubException>(() => DiskFailure.Watch(() => RandomAccess.Write(file, new byte[16], long.MaxValue - 16)));

            Assert.Equal(HubError.StorageFull, refusal.Error);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_defect_of_ours_stays_one()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => DiskFailure.Watch(() => throw new ArgumentOutOfRangeException("index")));
        Assert.Throws<ArgumentOutOfRangeException>(() => DiskFailure.Watch(() => new byte[1].AsSpan(0, 1).Slice(2).Clear()));
        Assert.Throws<ArgumentOutOfRangeException>(() => DiskFailure.Watch(() => throw new ArgumentOutOfRangeException("value")));
    }
}
