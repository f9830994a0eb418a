using Microsoft.EntityFrameworkCore;
using MlHub.Artifacts;

namespace MlHub.Web.Tests.Artifacts;

/// <summary>MLflow's proxied store takes any path; what belongs to no run is the own of whoever put it.</summary>
public sealed class AccountFileTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private readonly string _folder = $"load-{Guid.NewGuid():N}";

    private string Url => $"/api/2.0/mlflow-artifacts/artifacts/{_folder}/big.bin";

    [Fact]
    public async Task A_file_of_no_run_is_put_listed_read_and_deleted()
    {
        var put = await hub.Ann.AskAsync(HttpMethod.Put, Url, new ByteArrayContent([1, 2, 3]));
        var listed = await hub.Ann.AskAsync(HttpMethod.Get, $"/api/2.0/mlflow-artifacts/artifacts?path={_folder}");
        var read = await hub.Ann.GetByteArrayAsync(Url);
        await using (var db = hub.Open())
        {
            var file = await db.AccountFiles.SingleAsync(f => f.Path == $"{_folder}/big.bin");
            Assert.Contains(file.Digest, await db.ReferencedDigests().ToListAsync());
        }

        var deleted = await hub.Ann.AskAsync(HttpMethod.Delete, Url);

        Assert.Equal((200, 200), (put.Status, deleted.Status));
        Assert.Equal("""{"files":[{"path":"big.bin","is_dir":false,"file_size":3}]}""", listed.Text);
        Assert.Equal([1, 2, 3], read);
        Assert.Equal(404, (await hub.Ann.AskAsync(HttpMethod.Get, Url)).Status);
    }

    [Fact]
    public async Task Nobody_else_sees_or_changes_it()
    {
        await hub.Ann.AskAsync(HttpMethod.Put, Url, new ByteArrayContent([1]));

        var read = await hub.Bob.AskAsync(HttpMethod.Get, Url);
        var absent = await hub.Bob.AskAsync(HttpMethod.Get, Url + "x");
        var deleted = await hub.Bob.AskAsync(HttpMethod.Delete, Url);
        var put = await hub.Bob.AskAsync(HttpMethod.Put, Url, new ByteArrayContent([2]));
        var listed = await hub.Ada.AskAsync(HttpMethod.Get, $"/api/2.0/mlflow-artifacts/artifacts?path={_folder}");

        Assert.Equal((404, 404, 404, 200), (read.Status, absent.Status, deleted.Status, put.Status));
        Assert.Equal(absent.Message, read.Message!.Replace("big.bin", "big.binx", StringComparison.Ordinal));
        Assert.Equal("{}", listed.Text);
        Assert.Equal([1], await hub.Ann.GetByteArrayAsync(Url));
    }
}
