using System.Diagnostics;
using MlHub.Testing.Durability;

namespace MlHub.Web.Tests.Registry;

/// <summary>Many clients at one model at once, over real HTTP.</summary>
public sealed class ParallelRegistryTests(PortHub hub) : IClassFixture<PortHub>
{
    private const int Callers = 64;

    [Fact]
    public async Task Sixty_four_at_once_get_versions_without_gaps_or_twins()
    {
        var name = await hub.Ann.GivenModelAsync();

        var made = await AllAsync(Callers, i => CreateAsync(name, i));
        var stored = (await hub.Ann.ReadAsync($"/model-versions/search?filter=name%3D'{name}'"))["model_versions"]!.AsArray();

        Assert.All(made, m => Assert.Equal(200, m.Status));
        Assert.Equal(Enumerable.Range(1, Callers), made.Select(m => int.Parse((string)m.Json["model_version"]!["version"]!, null)).Order());
        Assert.Equal(
            made.Select(m => ((string?)m.Json["model_version"]!["version"], (string?)m.Json["model_version"]!["source"])).Order(),
            stored.Select(v => ((string?)v!["version"], (string?)v["source"])).Order());
    }

    [Fact]
    public async Task An_alias_that_many_move_and_read_is_at_every_instant_at_one_version()
    {
        var name = await hub.Ann.GivenModelAsync();
        await AllAsync(33, i => CreateAsync(name, i));
        await hub.Ann.CallAsync("/registered-models/alias", new { name, alias = "live", version = "33" });

        var calls = await AllAsync(8, async client =>
        {
            List<SharedValueCall> made = [];
            for (var i = 0; i < 8; i++)
            {
                made.Add(i % 2 == 0 ? await MoveAsync(name, $"{(client * 4) + (i / 2) + 1}") : await ReadAsync(name));
            }

            return made;
        });

        Assert.True(Linearizability.Holds([.. calls.SelectMany(c => c)], "33"), string.Join('\n', calls.SelectMany(c => c).OrderBy(c => c.Began)));
    }

    [Fact]
    public void A_stale_read_is_told_from_a_late_one()
    {
        SharedValueCall first = new(0, 10, IsWrite: true, "1"), second = new(11, 20, IsWrite: true, "2");

        Assert.True(Linearizability.Holds([first, second, new(12, 30, IsWrite: false, "1")], null));
        Assert.False(Linearizability.Holds([first, second, new(21, 30, IsWrite: false, "1")], null));
        Assert.False(Linearizability.Holds([first, second, new(12, 15, IsWrite: false, "2"), new(16, 18, IsWrite: false, "1")], null));
    }

    [Fact]
    public async Task Of_many_who_approve_and_reject_at_once_all_hear_of_one_decision()
    {
        var name = await hub.Ann.GivenModelAsync();
        for (var round = 1; round <= 4; round++)
        {
            await hub.Ann.GivenVersionAsync(name);
            var body = new { name, version = $"{round}", stage = "Staging", archive_existing_versions = false, comment = "" };
            await hub.Ann.CallAsync("/transition-requests/create", body);

            var answers = await AllAsync(16, async i => (Approves: i % 2 == 0, Answer: await hub.Ann.PostedAsync(i % 2 == 0 ? "/transition-requests/approve" : "/transition-requests/reject", body)));
            var stage = (string?)(await hub.Ann.ReadAsync($"/model-versions/get?name={name}&version={round}"))["model_version"]!["current_stage"];

            var approved = stage == "Staging";
            Assert.Contains(answers, a => a.Answer.Status == 200);
            Assert.All(answers, a => Assert.True(a.Answer.Status == 409 || (a.Answer.Status == 200 && a.Approves == approved), $"{stage} {a}"));
        }
    }

    /// <summary>On a busy machine the last may be told that they waited too long and should come again; nothing was stored then.</summary>
    private async Task<Answer> CreateAsync(string name, int i)
    {
        Answer made;
        while ((made = await hub.Ann.PostedAsync("/model-versions/create", new { name, source = $"s3://bucket/{i}" })).Status == 503)
        {
        }

        return made;
    }

    private async Task<SharedValueCall> MoveAsync(string name, string version)
    {
        var began = Stopwatch.GetTimestamp();
        var moved = await hub.Ann.PostedAsync("/registered-models/alias", new { name, alias = "live", version });
        Assert.True(moved.Status == 200, moved.Text);
        return new(began, Stopwatch.GetTimestamp(), IsWrite: true, version);
    }

    private async Task<SharedValueCall> ReadAsync(string name)
    {
        var began = Stopwatch.GetTimestamp();
        var read = await hub.Ann.ReadAsync($"/registered-models/alias?name={name}&alias=live");
        return new(began, Stopwatch.GetTimestamp(), IsWrite: false, (string)read["model_version"]!["version"]!);
    }

    private static Task<T[]> AllAsync<T>(int callers, Func<int, Task<T>> call) =>
        Task.WhenAll(Enumerable.Range(0, callers).Select(i => Task.Run(() => call(i))));
}
