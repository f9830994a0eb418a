using MlHub.Testing.Blobs;

namespace MlHub.Web.Tests.Artifacts;

/// <summary>An upload in parts whose run is deleted before its end.</summary>
public sealed class MultipartOfDeletedRunTests(SharedHub hub) : MultipartScene(hub), IClassFixture<SharedHub>
{
    [Fact]
    public async Task It_is_completed_only_when_the_run_is_restored()
    {
        var (experiment, run, created, sent) = await GivenDeletedAsync();

        var refused = await CompleteAsync(experiment, run, created, sent);
        var part = await PutOneAsync(created, 0, [1]);
        await Hub.Ann.CallAsync("/runs/restore", new { run_id = run });
        var completed = await CompleteAsync(experiment, run, created, sent);

        Assert.All([refused, part], a => Assert.Equal((400, $"The run {run} must be in the 'active' state. Current state is deleted."), (a.Status, a.Message)));
        Assert.Equal((200, "{}"), (completed.Status, completed.Text));
        Assert.Equal(GivenBytes.Random(1000, 1), await Hub.Ann.GetByteArrayAsync(Asking.ArtifactUrl(experiment, run, "big.bin")));
    }

    [Fact]
    public async Task It_can_be_given_up()
    {
        var (experiment, run, created, sent) = await GivenDeletedAsync();

        var aborted = await AbortAsync(experiment, run, created);
        await Hub.Ann.CallAsync("/runs/restore", new { run_id = run });
        var completed = await CompleteAsync(experiment, run, created, sent);

        Assert.Equal((200, "{}"), (aborted.Status, aborted.Text));
        Assert.Equal(409, completed.Status);
        Assert.False((await Hub.Ann.GotAsync($"/artifacts/list?run_id={run}")).Json.ContainsKey("files"));
        Assert.False(Directory.Exists(Path.Combine(Hub.DataDirectory, "artifacts", "uploads", Id(created))));
    }

    private async Task<(string Experiment, string Run, Answer Created, object[] Sent)> GivenDeletedAsync()
    {
        var (experiment, run) = await Hub.GivenRunAsync();
        var created = await CreateAsync(experiment, run, "big.bin", 1);
        var sent = await PutAsync(created, GivenBytes.Random(1000, 1));
        await Hub.Ann.CallAsync("/runs/delete", new { run_id = run });
        return (experiment, run, created, sent);
    }
}
