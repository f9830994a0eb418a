using MlHub.Adapters.Blobs;
using MlHub.Testing.Blobs;

namespace MlHub.Core.Tests.Artifacts;

public sealed class DiskBlobStoreTests : IDisposable
{
    private const long Reserve = 512L * GivenBytes.MiB;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly CancellationToken None = CancellationToken.None;

    private readonly string _root = Path.Combine(Directory.CreateTempSubdirectory("mlhub-blobs-").FullName, "artifacts");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_root)!, recursive: true);

    [Fact]
    public async Task A_full_disk_refuses_before_anything_is_read()
    {
        var store = new DiskBlobStore(_root, () => Reserve - 1, Reserve);
        var content = new MemoryStream([1, 2, 3]);

        var refusal = await Assert.ThrowsAsync<HubException>(() => store.SaveAsync(content, None));

        Assert.Equal(HubError.StorageFull, refusal.Error);
        Assert.Equal(0, content.Position);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task A_disk_that_fills_up_on_the_way_keeps_nothing_and_works_again()
    {
        var free = 2 * Reserve;
        var store = new DiskBlobStore(_root, () => free, Reserve);
        var content = new GeneratedStream(100 * GivenBytes.MiB, at => free = at > 10 * GivenBytes.MiB ? 0 : free);

        var refusal = await Assert.ThrowsAsync<HubException>(() => store.SaveAsync(content, None));

        Assert.Equal(HubError.StorageFull, refusal.Error);
        Assert.Empty(Files());
        free = 2 * Reserve;
        await store.SaveAsync(new MemoryStream([1]), None);
        Assert.Single(Files());
    }

    [Fact]
    public async Task Only_the_owner_can_read_the_files()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var store = new DiskBlobStore(_root);
        var incoming = UnixFileMode.None;

        await store.SaveAsync(new GeneratedStream(1, _ => incoming = ModeOf(Assert.Single(Files()))), None);

        Assert.Equal(OwnerOnly, incoming);
        Assert.Equal(OwnerOnly, ModeOf(Assert.Single(Files())));
        Assert.All(
            Directory.GetDirectories(_root, "*", SearchOption.AllDirectories).Append(_root),
            folder => Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, ModeOf(folder)));
    }

    private static UnixFileMode ModeOf(string path) => new FileInfo(path).UnixFileMode;

    private string[] Files() => Directory.GetFiles(_root, "*", SearchOption.AllDirectories);
}
