using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Adapters.Databases;
using MlHub.Serving.Batch;
using MlHub.Testing.Databases;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving;

/// <summary>Jobs that begin by themselves.</summary>
public sealed class BatchScheduleTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Fact]
    public async Task A_schedule_fires_at_its_time_and_not_while_it_is_paused()
    {
        var (model, run) = (await hub.Ann.GivenServedModelAsync(OnnxModels.Sum, ServedModelCalls.TwoDoubles), await hub.Ann.GivenFilesAsync(("in.csv", "a,b\n1,2\n")));
        var (due, paused) = (await ScheduleAsync(hub.Ann, model, run, In(12)), await ScheduleAsync(hub.Ann, model, run, In(12)));
        await hub.Ann.PostBatchAsync("schedules/pause", new { schedule_id = paused });

        await Eventually.TrueAsync(async () => (await JobsAsync(hub, due)).Count == 1);
        var job = (await JobsAsync(hub, due)).Single();
        await hub.Ann.EndedBatchAsync($"{job.Id}");

        Assert.Empty(await JobsAsync(hub, paused));
        var listed = (await hub.Ann.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/batch/schedules/list?name={model}")).Json["schedules"]!.AsArray();
        Assert.Equal([(false, 3), (true, 0)], listed.Select(s => ((bool)s!["paused"]!, s["next_times"]!.AsArray().Count)));
        var now = (await hub.Ann.PostBatchAsync("schedules/run-now", new { schedule_id = paused })).Json["job"]!;
        Assert.Equal(paused, (string?)now["schedule_id"]);
        Assert.Equal("DONE", (string?)(await hub.Ann.EndedBatchAsync((string)now["job_id"]!))["state"]);
        Assert.Equal(200, (await hub.Ann.PostBatchAsync("schedules/delete", new { schedule_id = due })).Status);
        Assert.Equal(404, (await hub.Ann.PostBatchAsync("schedules/resume", new { schedule_id = due })).Status);
    }

    [Theory]
    [InlineData("every day", "six fields")]
    [InlineData(" ", "six fields")]
    [InlineData("0 0 25 * * ?", "six fields")]
    [InlineData("* * * * * ?", "more than once a minute")]
    [InlineData("0 0 0 1 1 ? 2020", "never fires again")]
    public async Task A_time_that_is_none_is_refused_with_what_is_wrong(string cron, string reason)
    {
        var (model, run) = (await hub.Ann.GivenServedModelAsync(OnnxModels.Sum), await hub.Ann.GivenFilesAsync(("in.csv", "a,b\n1,2\n")));

        var answer = await hub.Ann.PostBatchAsync("schedules/create", Body(model, run, cron));

        Assert.Equal(400, answer.Status);
        Assert.Contains(reason, answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_made_by_who_may_edit_the_model()
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Sum);
        var name = $"r-{Guid.NewGuid():N}";
        var reader = await hub.ProgramOfAsync(name);
        await hub.Ann.CallAsync("/registered-models/permissions/create", new { name = model, username = name, permission = "READ" });

        Assert.Equal(403, (await reader.PostBatchAsync("schedules/create", Body(model, await reader.GivenFilesAsync(("in.csv", "a,b\n1,2\n")), "5 4 * * *"))).Status);
    }

    [Fact]
    public async Task Two_hubs_on_one_database_fire_once_and_take_over_each_others_jobs()
    {
        Assert.SkipWhen(TestHub.Database != DatabaseProvider.Sqlite, "Looked at once, whatever the other tests run on.");
        var (connection, remove) = await TestDatabase.NewAsync(DatabaseProvider.PostgreSql);
        (string, string)[] settings = [("MlHub:Database:Provider", "PostgreSql"), ("ConnectionStrings:MlHub", connection), ("MlHub:Artifacts:Provider", "Disk")];
        await using (var first = new TestHub(settings))
        {
            var ann = await first.ProgramOfAsync("ann");
            var model = await ann.GivenServedModelAsync(OnnxModels.Sum);
            var run = await ann.GivenFilesAsync(("in.csv", "a,b\n1,2\n"));
            await using var second = new TestHub([.. settings, ("MlHub:Batch:ParallelJobs", "0")]);
            Assert.Equal(200, (await second.CreateClient().GetAsync("/health/live")).IsSuccessStatusCode ? 200 : 0);
            var schedule = await ScheduleAsync(ann, model, run, In(15));
            var left = await LeftAsync(second, schedule);

            await Eventually.TrueAsync(async () => await JobsAsync(first, schedule) is [{ State: BatchState.Done }, ..]);

            Assert.Equal("DONE", (string?)(await ann.EndedBatchAsync($"{left}"))["state"]);
            Assert.Single(await JobsAsync(first, schedule));
        }

        await remove();
    }

    /// <summary>A job that a node had begun and died with.</summary>
    private static async Task<Guid> LeftAsync(TestHub node, string schedule)
    {
        await using var db = node.Open();
        var known = await db.BatchSchedules.SingleAsync(s => s.Id == Guid.Parse(schedule));
        BatchJob job = new()
        {
            Id = Guid.CreateVersion7(),
            ModelId = known.ModelId,
            Selector = "1",
            SourceJson = known.SourceJson,
            State = BatchState.Running,
            CreatedBy = known.CreatedBy,
            CreatedAt = known.CreatedAt,
            Lease = Guid.NewGuid(),
            LeasedUntil = DateTimeOffset.UtcNow.AddSeconds(1),
        };
        db.Add(job);
        await db.SaveChangesAsync();
        return job.Id;
    }

    /// <summary>Once a day, so soon; a schedule that a busy machine makes later than that would wait for a day.</summary>
    private static string In(int seconds)
    {
        var at = DateTimeOffset.UtcNow.AddSeconds(seconds);
        return $"{at.Second} {at.Minute} {at.Hour} * * ?";
    }

    private static object Body(string model, string run, string cron) => new { name = model, schedule_name = "nightly", cron, endpoint = "1", source = new { run_id = run, path = "in.csv" } };

    private static async Task<string> ScheduleAsync(HttpClient client, string model, string run, string cron)
    {
        var made = await client.PostBatchAsync("schedules/create", Body(model, run, cron));
        Assert.Equal((200, null), (made.Status, made.Status == 200 ? null : made.Text));
        return (string)made.Json["schedule"]!["schedule_id"]!;
    }

    private static async Task<List<BatchJob>> JobsAsync(TestHub node, string schedule)
    {
        await using var db = node.Open();
        return await db.BatchJobs.AsNoTracking().Where(j => j.ScheduleId == Guid.Parse(schedule)).ToListAsync();
    }
}
