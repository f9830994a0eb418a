using System.Net.Http.Headers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Access;
using MlHub.Artifacts;
using MlHub.Serving.Batch;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving;

/// <summary>Rows of a file asked of a version: what comes out, who may, and what goes wrong.</summary>
public sealed class BatchJobTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private string? _model;

    [Fact]
    public async Task A_csv_becomes_predictions_with_their_provenance()
    {
        var model = await ModelAsync();
        var run = await hub.Ann.GivenFilesAsync(("in.csv", "a,b\n1,2\n\"3\",4\n"));
        await hub.Ann.MoveAsync(model, "1", "Production");

        var job = await hub.Ann.GivenBatchAsync(new { name = model, endpoint = "production", source = new { run_id = run, path = "in.csv" } });
        var ended = await hub.Ann.EndedBatchAsync(job);
        var output = await hub.Ann.BatchOutputAsync(job);

        Assert.Equal(("DONE", "1", 2), ((string?)ended["state"], (string?)ended["version"], (int?)ended["rows"]));
        Assert.Equal("""{"row":1,"prediction":{"sum":3}}""" + "\n" + """{"row":2,"prediction":{"sum":7}}""" + "\n", output.Text);
        Assert.Equal([job, model, "1", "2", (string?)ended["digest"]], new[] { "MlHub-Batch-Job", "MlHub-Model", "MlHub-Model-Version", "MlHub-Batch-Rows", "MlHub-Model-Digest" }.Select(h => output.Headers.GetValues(h).Single()));
        var manifest = (await hub.Ann.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/batch/manifest?job_id={job}")).Json;
        Assert.Equal(("in.csv", 64), ((string?)manifest["files"]![0]!["name"], ((string)manifest["files"]![0]!["digest"]!).Length));
    }

    [Fact]
    public async Task All_files_of_a_folder_are_read_and_written_with_their_columns()
    {
        var run = await hub.Ann.GivenFilesAsync(
            ("in/b.jsonl", "{\"b\": 2, \"a\": 1}\r\n\n{\"a\": 5, \"b\": 6, \"c\": \"x\"}"), ("in/a.csv", "\uFEFFa,b,note\r\n1,1,\"x, \"\"y\"\"\nz\"\r\n2,2\r\n"), ("in/readme.txt", "no rows"));

        var csv = await OutputAsync(new { run_id = run, path = "in" }, output: "csv");
        var json = await OutputAsync(new { run_id = run, path = "in" }, keep: true);

        Assert.Equal(["row,file,sum,error", "1,in/a.csv,2,", "2,in/a.csv,4,", "3,in/b.jsonl,3,", "4,in/b.jsonl,11,"], csv.TrimEnd().Split('\n'));
        var rows = json.TrimEnd().Split('\n').Select(l => System.Text.Json.Nodes.JsonNode.Parse(l)!).ToList();
        Assert.Equal(["x, \"y\"\nz", null], rows.Take(2).Select(r => (string?)r["input"]!["note"]));
        Assert.Equal((1, "x"), ((int)rows[0]["input"]!["a"]!, (string?)rows[3]["input"]!["c"]));
    }

    [Fact]
    public async Task Rows_that_are_refused_say_why_and_the_others_are_answered()
    {
        var lines = Enumerable.Range(1, 300).Select(i => i switch { 7 => "x,1", 100 => "1,2,3", 150 => "\"1\"2,3", _ => $"{i},1" });
        var run = await hub.Ann.GivenFilesAsync(("in.csv", "a,b\n" + string.Join('\n', lines)), ("in.jsonl", "{\"a\":1,\"b\":2}\nnot json\n[1]\n{\"a\":1,\"b\":2} {}\n{\"b\":2}\n{\"a\":\"y\",\"b\":1}\n"));

        var csv = await OutputAsync(new { run_id = run, path = "in.csv" }, output: "csv", keep: true);
        var json = await OutputAsync(new { run_id = run, path = "in.jsonl" });

        var rows = csv.TrimEnd().Split('\n');
        Assert.Equal((301, "row,a,b,sum,error"), (rows.Length, rows[0]));
        Assert.Equal([7, 100, 150], Enumerable.Range(1, 300).Where(i => !rows[i].EndsWith(',')));
        Assert.StartsWith("7,x,1,,", rows[7], StringComparison.Ordinal);
        Assert.Contains("'x'", rows[7], StringComparison.Ordinal);
        Assert.Contains("3 fields", rows[100], StringComparison.Ordinal);
        Assert.Equal("101,101,1,102,", rows[101]);
        Assert.Equal([false, true, true, true, false, true], json.TrimEnd().Split('\n').Select(l => l.Contains("\"error\":", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task More_refused_rows_than_are_allowed_end_the_job()
    {
        var run = await hub.Ann.GivenFilesAsync(("in.csv", "a,b\n" + string.Concat(Enumerable.Repeat("x,1\n", 1200))));

        var ended = await EndedAsync(new { run_id = run, path = "in.csv" });

        Assert.Equal("FAILED", (string?)ended["state"]);
        Assert.Contains("More than 1000 rows", (string?)ended["reason"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_who_made_it_and_managers_who_may_read_the_run_have_the_output()
    {
        var model = await ModelAsync();
        var name = $"r-{Guid.NewGuid():N}";
        var reader = await hub.ProgramOfAsync(name);
        await hub.Ann.CallAsync("/registered-models/permissions/create", new { name = model, username = name, permission = "READ" });
        var annsRun = await hub.Ann.GivenFilesAsync(("in.csv", "a,b\n1,2\n"));
        var readersRun = await reader.GivenFilesAsync(("in.csv", "a,b\n1,2\n"));

        var ofAnns = await reader.PostBatchAsync("create", new { name = model, endpoint = "1", source = new { run_id = annsRun, path = "in.csv" } });
        var job = await reader.GivenBatchAsync(new { name = model, endpoint = "1", source = new { run_id = readersRun, path = "in.csv" } });
        await reader.EndedBatchAsync(job);

        Assert.Equal(404, ofAnns.Status);
        Assert.Equal((200, 403), ((await reader.BatchOutputAsync(job)).Status, (await hub.Ann.BatchOutputAsync(job)).Status));
        Assert.Equal(404, (await hub.Bob.BatchOutputAsync(job)).Status);
        var own = await hub.Ann.GivenBatchAsync(new { name = model, endpoint = "1", source = new { run_id = annsRun, path = "in.csv" } });
        Assert.Equal(404, (await reader.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/batch/get?job_id={own}")).Status);
        Assert.DoesNotContain(own, (await reader.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/batch/list?name={model}")).Text, StringComparison.Ordinal);
        Assert.Contains(job, (await hub.Ann.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/batch/list?name={model}")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_begins_with_the_rights_that_its_maker_has_then()
    {
        var model = await ModelAsync();
        var run = await hub.Ann.GivenFilesAsync(("in.csv", "a,b\n1,2\n"));
        var stranger = await hub.GivenUserAsync($"s-{Guid.NewGuid():N}");
        var (noModel, noRun) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var reader = await hub.GivenUserAsync($"s-{Guid.NewGuid():N}");
        await hub.Ann.CallAsync("/registered-models/permissions/create", new { name = model, username = reader.Name, permission = "READ" });

        await using (var db = hub.Open())
        {
            var id = (await db.RegisteredModels.SingleAsync(m => m.Name == model)).Id;
            db.AddRange(Waiting(noModel, id, stranger), Waiting(noRun, id, reader));
            await db.SaveChangesAsync();
        }

        Assert.All([await hub.Ada.EndedBatchAsync($"{noModel}"), await hub.Ada.EndedBatchAsync($"{noRun}")], j => Assert.Equal("FAILED", (string?)j["state"]));
        Assert.Contains($"Registered Model with name={model} not found", (string?)(await hub.Ada.BatchAsync($"{noModel}"))["reason"], StringComparison.Ordinal);
        Assert.Contains(run, (string?)(await hub.Ada.BatchAsync($"{noRun}"))["reason"], StringComparison.Ordinal);

        BatchJob Waiting(Guid id, long modelId, Caller by) => new()
        {
            Id = id,
            ModelId = modelId,
            Selector = "1",
            SourceJson = new BatchSource { RunId = run, Path = "in.csv" }.ToJson(),
            State = BatchState.Waiting,
            CreatedBy = by.Id,
            CreatedAt = DateTimeOffset.UtcNow,
        };
    }

    [Fact]
    public async Task An_output_is_kept_until_its_job_is_deleted()
    {
        var run = await hub.Ann.GivenFilesAsync(("in.csv", $"a,b\n{Random.Shared.Next()},2\n"));
        var job = (string)(await EndedAsync(new { run_id = run, path = "in.csv" }))["job_id"]!;
        await using var db = hub.Open();
        var digest = await db.BatchParts.Where(p => p.JobId == Guid.Parse(job)).Select(p => p.Digest).SingleAsync();
        var (sweep, blobs) = (hub.Services.GetRequiredService<OrphanSweep>(), hub.Services.GetRequiredService<IBlobStore>());
        var later = DateTimeOffset.UtcNow.AddMinutes(1);

        await sweep.RunAsync(Caller.System, later, isDryRun: false, default);
        var kept = await ThereAsync();
        await hub.Ann.PostBatchAsync("delete", new { job_id = job });
        await sweep.RunAsync(Caller.System, later, isDryRun: false, default);

        Assert.Equal((true, false), (kept, await ThereAsync()));
        Assert.Equal(404, (await hub.Ann.BatchOutputAsync(job)).Status);

        async Task<bool> ThereAsync()
        {
            await using var content = await blobs.OpenOrNullAsync(digest, default);
            return content is not null;
        }
    }

    [Fact]
    public async Task A_piece_of_an_output_can_be_asked_for()
    {
        var run = await hub.Ann.GivenFilesAsync(("in.csv", "a,b\n1,2\n3,4\n"));
        var job = (string)(await EndedAsync(new { run_id = run, path = "in.csv" }))["job_id"]!;
        var whole = (await hub.Ann.BatchOutputAsync(job)).Text;

        using HttpRequestMessage request = new(HttpMethod.Get, $"/api/2.0/mlhub/batch/output?job_id={job}");
        request.Headers.Range = new RangeHeaderValue(5, 14);
        using var response = await hub.Ann.SendAsync(request);

        Assert.Equal((206, whole[5..15]), ((int)response.StatusCode, await response.Content.ReadAsStringAsync()));
        Assert.Equal(("attachment", "nosniff"), (response.Content.Headers.ContentDisposition!.DispositionType, response.Headers.GetValues("X-Content-Type-Options").Single()));
    }

    [Theory]
    [InlineData("{\"name\": \"MODEL\", \"endpoint\": \"1\", \"source\": {\"path\": \"in.csv\", \"url\": \"https://example.com/in.csv\"}}", "either a path")]
    [InlineData("{\"name\": \"MODEL\", \"endpoint\": \"7\", \"source\": {\"run_id\": \"RUN\", \"path\": \"in.csv\"}}", "has no version 7")]
    [InlineData("{\"name\": \"MODEL\", \"endpoint\": \"1\", \"source\": {\"run_id\": \"RUN\", \"path\": \"rows\"}}", "give format")]
    [InlineData("{\"name\": \"MODEL\", \"endpoint\": \"1\", \"source\": {\"run_id\": \"RUN\", \"path\": \"none.csv\"}}", "No such artifact")]
    [InlineData("{\"name\": \"MODEL\", \"endpoint\": \"1\", \"source\": {\"run_id\": \"RUN\", \"path\": \"in.csv\"}, \"output_format\": \"xml\"}", "'csv' or 'jsonl'")]
    [InlineData("{\"name\": \"MODEL\", \"endpoint\": \"1\", \"source\": {\"url\": \"http://169.254.169.254/in.csv\"}}", "source address")]
    [InlineData("{\"name\": \"MODEL\", \"endpoint\": \"1\", \"source\": {\"url\": \"https://127.0.0.1/in.csv\"}}", "MlHub:Batch:AllowedNetworks")]
    public async Task What_no_job_can_be_made_of_is_refused(string body, string reason)
    {
        var run = await hub.Ann.GivenFilesAsync(("in.csv", "a,b\n1,2\n"), ("rows", "a,b\n1,2\n"));

        var answer = await hub.Ann.PostBatchAsync("create", body.Replace("MODEL", await ModelAsync(), StringComparison.Ordinal).Replace("RUN", run, StringComparison.Ordinal));

        Assert.InRange(answer.Status, 400, 404);
        Assert.Contains(reason, answer.Message, StringComparison.Ordinal);
    }

    private async Task<string> ModelAsync() => _model ??= await hub.Ann.GivenServedModelAsync(OnnxModels.Sum, ServedModelCalls.TwoDoubles);

    private async Task<System.Text.Json.Nodes.JsonNode> EndedAsync(object source, string output = "jsonl", bool keep = false) =>
        await hub.Ann.EndedBatchAsync(await hub.Ann.GivenBatchAsync(new { name = await ModelAsync(), endpoint = "1", source, output_format = output, keep_inputs = keep }));

    private async Task<string> OutputAsync(object source, string output = "jsonl", bool keep = false)
    {
        var ended = await EndedAsync(source, output, keep);
        Assert.Equal(("DONE", (string?)null), ((string?)ended["state"], (string?)ended["reason"]));
        return (await hub.Ann.BatchOutputAsync((string)ended["job_id"]!)).Text;
    }
}
