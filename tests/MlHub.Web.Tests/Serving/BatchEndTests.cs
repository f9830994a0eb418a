using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Access;
using MlHub.Artifacts;
using MlHub.Serving.Batch;
using MlHub.Testing.Serving;
using MlHub.Testing.Webhooks;

namespace MlHub.Web.Tests.Serving;

/// <summary>How jobs end, who is told, and how long what they wrote is kept.</summary>
public sealed class BatchEndTests(BatchEndTests.OpenHub hub) : IClassFixture<BatchEndTests.OpenHub>
{
    private const string Own = "/api/2.0/mlhub";

    /// <summary>May read and tell this machine; its clock can leap.</summary>
    public sealed class OpenHub : TestHub, IAsyncLifetime
    {
        public OpenHub()
            : base(
                ("MlHub:Batch:AllowedNetworks:0", "127.0.0.0/8"), ("MlHub:Batch:AllowHttp", "true"), ("MlHub:Webhooks:AllowedNetworks", "127.0.0.0/8"), ("MlHub:Webhooks:AllowHttp", "true")) =>
            Replace = services => services.AddSingleton<TimeProvider>(Clock);

        public LeapingClock Clock { get; } = new();
        public Caller AnnAsCaller { get; private set; } = null!;
        public WebhookReceiver Receiver { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Receiver = await WebhookReceiver.StartAsync();
            AnnAsCaller = await GivenUserAsync("ann");
        }

        /// <summary>With a token that is valid now.</summary>
        public async Task<HttpClient> AnnAsync() => Bearer(await GivenTokenAsync(AnnAsCaller, Scopes.All & ~Scopes.Admin));

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await Receiver.DisposeAsync();
        }
    }

    public sealed class LeapingClock : TimeProvider
    {
        private TimeSpan _ahead;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _ahead;

        public void Leap(int days) => _ahead += TimeSpan.FromDays(days);
    }

    [Fact]
    public async Task What_a_job_has_written_is_kept_when_it_is_stopped_and_its_source_is_let_go_of()
    {
        using var ann = await hub.AnnAsync();
        var model = await ann.GivenServedModelAsync(OnnxModels.Sum, ServedModelCalls.TwoDoubles);
        TaskCompletionSource left = new(TaskCreationOptions.RunContinuationsAsynchronously);
        hub.Receiver.Answer = (context, delivery) => delivery.Path == "/endless.csv" ? PourAsync(context, left) : Task.CompletedTask;
        var job = await ann.GivenBatchAsync(new { name = model, endpoint = "1", source = new { url = $"{hub.Receiver.Url}/endless.csv" } });
        await Eventually.TrueAsync(async () => (long)(await ann.BatchAsync(job))["rows"]! > 0);
        Assert.Equal(400, (await ann.BatchOutputAsync(job)).Status);

        var stopped = await ann.PostBatchAsync("stop", new { job_id = job });

        await left.Task.WaitAsync(TimeSpan.FromSeconds(30));
        var after = await ann.BatchAsync(job);
        var lines = (await ann.BatchOutputAsync(job)).Text.TrimEnd().Split('\n');
        Assert.Equal((200, "STOPPED", "Stopped by ann."), (stopped.Status, (string?)after["state"], (string?)after["reason"]));
        Assert.Equal((long)stopped.Json["job"]!["rows"]!, (long)after["rows"]!);
        Assert.Equal((long)after["rows"]!, lines.Length);
        Assert.Equal([$$$"""{"row":{{{lines.Length}}},"prediction":{"sum":3}}"""], lines[^1..]);
        Assert.Equal(400, (await ann.PostBatchAsync("stop", new { job_id = job })).Status);
    }

    [Fact]
    public async Task The_end_of_a_job_is_told_to_who_made_it_and_to_webhooks()
    {
        using var ann = await hub.AnnAsync();
        var (model, path) = (await ann.GivenServedModelAsync(OnnxModels.Sum, ServedModelCalls.TwoDoubles), $"/{Guid.NewGuid():N}");
        var name = $"r-{Guid.NewGuid():N}";
        using var reader = await hub.ProgramOfAsync(name);
        await ann.CallAsync("/registered-models/permissions/create", new { name = model, username = name, permission = "READ" });
        Assert.Equal(200, (await ann.AskAsync(HttpMethod.Post, $"{Own}/webhooks/create", new { model_name = model, name = "ends", url = hub.Receiver.Url + path, events = (string[])["batch_job.ended"] })).Status);
        var run = await reader.GivenFilesAsync(("in.csv", "a,b\n1,2\nx,2\n"), ("bad.csv", "a,b\n" + string.Concat(Enumerable.Repeat("x,1\n", 1200))));

        var done = await EndedAsync("in.csv");
        var failed = await EndedAsync("bad.csv");
        var running = Guid.CreateVersion7();
        await GivenRunningAsync(running, model, run, name);
        Assert.Equal(200, (await ann.PostBatchAsync("stop", new { job_id = $"{running}" })).Status);

        var told = await Eventually.GetAsync(InboxAsync, found => found.Count >= 3);
        Assert.Equal(
            [
                ("batch.finished", $"The batch job of {model}/1 is done: 1 rows, 1 refused"),
                ("batch.failed", $"The batch job of {model}/1 failed after 0 rows: {(string?)failed["reason"]}"),
                ("batch.stopped", $"ann stopped the batch job of {model} after 0 rows"),
            ],
            told);
        var sent = await Eventually.GetAsync(() => Task.FromResult(hub.Receiver.Received.Where(r => r.Path == path).ToList()), found => found.Count >= 3);
        var bodies = sent.ConvertAll(s => JsonNode.Parse(s.Text)!);
        Assert.All(bodies, b => Assert.Equal("batch_job.ended", (string?)b["type"]));
        Assert.Equal(
            [((string?)done["job_id"], "DONE"), ((string?)failed["job_id"], "FAILED"), ($"{running}", "STOPPED")],
            bodies.Select(b => ((string?)b["data"]!["job_id"], (string?)b["data"]!["state"])).OrderBy(b => b.Item2));
        Assert.DoesNotContain(await InboxOfAsync(ann), n => n.Text.Contains(model, StringComparison.Ordinal));

        async Task<JsonNode> EndedAsync(string file) => await reader.EndedBatchAsync(await reader.GivenBatchAsync(new { name = model, endpoint = "1", source = new { run_id = run, path = file } }));

        Task<List<(string Kind, string Text)>> InboxAsync() => InboxOfAsync(reader);
    }

    [Fact]
    public async Task Outputs_are_let_go_of_after_thirty_days_and_younger_ones_and_the_list_are_kept()
    {
        using var before = await hub.AnnAsync();
        var model = await before.GivenServedModelAsync(OnnxModels.Sum, ServedModelCalls.TwoDoubles);
        var run = await before.GivenFilesAsync(("in.csv", $"a,b\n{Random.Shared.Next()},2\n"), ("new.csv", $"a,b\n{Random.Shared.Next()},3\n"));
        var (old, oldDigest) = await GivenEndedAsync(before, model, run, "in.csv");
        hub.Clock.Leap(days: 20);
        using var between = await hub.AnnAsync();
        var (young, youngDigest) = await GivenEndedAsync(between, model, run, "new.csv");
        hub.Clock.Leap(days: 11);
        using var ann = await hub.AnnAsync();

        await Eventually.TrueAsync(async () => (await ann.BatchOutputAsync(old)).Status == 404);

        Assert.Contains("not kept any more", (await ann.BatchOutputAsync(old)).Text, StringComparison.Ordinal);
        Assert.Equal(("DONE", 0L), ((string?)(await ann.BatchAsync(old))["state"], (long?)(await ann.BatchAsync(old))["output_bytes"]));
        await hub.Services.GetRequiredService<OrphanSweep>().RunAsync(Caller.System, DateTimeOffset.UtcNow.AddMinutes(1), isDryRun: false, default);
        Assert.Equal((false, true), (await IsThereAsync(oldDigest), await IsThereAsync(youngDigest)));
        Assert.Equal(200, (await ann.BatchOutputAsync(young)).Status);
    }

    [Fact]
    public async Task A_file_that_was_brought_goes_a_day_later_unless_a_schedule_or_a_kept_job_reads_it()
    {
        using var ann = await hub.AnnAsync();
        var model = await ann.GivenServedModelAsync(OnnxModels.Sum, ServedModelCalls.TwoDoubles);
        var (unused, ofJob, ofSchedule) = (await BroughtAsync(model), await BroughtAsync(model), await BroughtAsync(model));
        await ann.EndedBatchAsync(await ann.GivenBatchAsync(new { name = model, endpoint = "1", source = new { path = ofJob } }));
        await hub.Services.GetRequiredService<BatchSchedules>().CreateAsync(hub.AnnAsCaller, model, "yearly", "1", new() { Path = ofSchedule }, "0 0 0 1 1 ?", default);

        hub.Clock.Leap(days: 2);
        await Eventually.TrueAsync(async () => !(await KeptAsync()).Contains(unused));
        var first = await KeptAsync();
        hub.Clock.Leap(days: 31);
        await Eventually.TrueAsync(async () => !(await KeptAsync()).Contains(ofJob));

        Assert.Equal([ofJob, ofSchedule], first.Intersect([unused, ofJob, ofSchedule]).Order(StringComparer.Ordinal));
        Assert.Contains(ofSchedule, await KeptAsync());

        async Task<List<string>> KeptAsync()
        {
            await using var db = hub.Open();
            return await db.AccountFiles.Select(f => f.Path).ToListAsync();
        }
    }

    private async Task<string> BroughtAsync(string model)
    {
        using MemoryStream rows = new(Encoding.ASCII.GetBytes($"a,b\n1,{Random.Shared.Next()}\n"));
        return await hub.Services.GetRequiredService<BatchUploads>().SaveAsync(hub.AnnAsCaller, model, "rows.csv", new(rows, rows.Length), default);
    }

    /// <summary>Rows without end, some of them every now and then, until whoever reads them leaves.</summary>
    private static async Task PourAsync(Microsoft.AspNetCore.Http.HttpContext context, TaskCompletionSource left)
    {
        using var leaving = context.RequestAborted.Register(left.SetResult);
        await context.Response.Body.WriteAsync("a,b\n"u8.ToArray());
        var rows = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("1,2\n", 5_000)));
        while (!left.Task.IsCompleted)
        {
            await context.Response.Body.WriteAsync(rows);
            await context.Response.Body.FlushAsync();
            await Task.WhenAny(left.Task, Task.Delay(300));
        }
    }

    /// <summary>A job that another hub works on.</summary>
    private async Task GivenRunningAsync(Guid id, string model, string run, string owner)
    {
        await using var db = hub.Open();
        db.Add(new BatchJob
        {
            Id = id,
            ModelId = (await db.RegisteredModels.SingleAsync(m => m.Name == model)).Id,
            Selector = "1",
            SourceJson = new BatchSource { RunId = run, Path = "in.csv" }.ToJson(),
            State = BatchState.Running,
            CreatedBy = (await db.Users.SingleAsync(u => u.UserName == owner)).Id,
            CreatedAt = hub.Clock.GetUtcNow(),
            LeasedUntil = hub.Clock.GetUtcNow().AddHours(1),
        });
        await db.SaveChangesAsync();
    }

    private async Task<(string Job, string Digest)> GivenEndedAsync(HttpClient who, string model, string run, string file)
    {
        var job = await who.GivenBatchAsync(new { name = model, endpoint = "1", source = new { run_id = run, path = file } });
        Assert.Equal("DONE", (string?)(await who.EndedBatchAsync(job))["state"]);
        await using var db = hub.Open();
        return (job, await db.BatchParts.Where(p => p.JobId == Guid.Parse(job)).Select(p => p.Digest).SingleAsync());
    }

    private async Task<bool> IsThereAsync(string digest)
    {
        await using var content = await hub.Services.GetRequiredService<IBlobStore>().OpenOrNullAsync(digest, default);
        return content is not null;
    }

    /// <summary>Oldest first.</summary>
    private static async Task<List<(string Kind, string Text)>> InboxOfAsync(HttpClient who) =>
        [.. (await who.AskAsync(HttpMethod.Get, $"{Own}/inbox/list")).Json["notifications"]?.AsArray().Select(n => ((string)n!["kind"]!, (string)n["text"]!)).Reverse() ?? []];
}
