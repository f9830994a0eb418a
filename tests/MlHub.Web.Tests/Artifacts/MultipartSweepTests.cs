using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Access;
using MlHub.Artifacts;
using MlHub.Testing.Blobs;

namespace MlHub.Web.Tests.Artifacts;

public sealed class MultipartSweepTests(SharedHub hub) : MultipartScene(hub), IClassFixture<SharedHub>
{
    [Fact]
    public async Task Uploads_are_swept_when_their_day_is_over()
    {
        var (experiment, run) = await Hub.GivenRunAsync();
        var (old, young) = (await CreateAsync(experiment, run, "old.bin", 1), await CreateAsync(experiment, run, "young.bin", 1));
        await PutAsync(old, [1]);
        await PutAsync(young, [2]);
        await Hub.Services.GetRequiredService<HubDbFactory>().WriteAsync(
            async db =>
            {
                var known = await db.MultipartUploads.FindAsync(Id(old));
                db.Entry(known!).Property(u => u.CreatedAt).CurrentValue = DateTimeOffset.UtcNow - TimeSpan.FromHours(25);
            },
            default);

        var late = await PutOneAsync(old, 0, [1]);
        await Hub.Services.GetRequiredService<MultipartUploads>().SweepAsync(default);

        Assert.Equal(409, late.Status);
        Assert.Equal([Id(young)], Directory.GetDirectories(Path.Combine(Hub.DataDirectory, "artifacts", "uploads")).Select(Path.GetFileName).Where(d => d == Id(old) || d == Id(young)));
        Assert.Equal(404, (await AbortAsync(experiment, run, old, "old.bin")).Status);
        Assert.Equal(200, (await AbortAsync(experiment, run, young, "young.bin")).Status);
    }
}
