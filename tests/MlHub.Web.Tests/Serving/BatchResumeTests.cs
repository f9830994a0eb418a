using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Serving.Batch;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving;

/// <summary>Jobs that a node died with are taken up where they were, and looked at again before they are.</summary>
public sealed class BatchResumeTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private const string Csv = "a,b\n1,2\n3,4\nx,5\n";

    [Fact]
    public async Task A_job_goes_on_behind_what_was_written_down()
    {
        var ended = await EndedAsync(DigestOf(Csv));

        Assert.Equal(("DONE", 2, 1), ((string?)ended["state"], (int)ended["rows"]!, (int)ended["refused_rows"]!));
        var output = (await hub.Ann.BatchOutputAsync((string)ended["job_id"]!)).Text.Split('\n');
        Assert.Equal(["""{"row":1,"prediction":{"sum":3}}""", """{"row":2,"prediction":{"sum":7}}"""], output[..2]);
        Assert.StartsWith("""{"row":3,"error":""", output[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_are_others_by_now_end_it()
    {
        var ended = await EndedAsync(DigestOf("a,b\n1,2\n3,4\n5,6\n"));

        Assert.Equal("FAILED", (string?)ended["state"]);
        Assert.Contains("were changed since the job began", (string?)ended["reason"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_that_were_refused_before_count_and_what_was_written_stays()
    {
        var ended = await EndedAsync(DigestOf(Csv), refused: 1000);

        Assert.Equal("FAILED", (string?)ended["state"]);
        Assert.StartsWith("More than 1000 rows are refused. The last one: ", (string?)ended["reason"], StringComparison.Ordinal);
        Assert.Equal(3, (await hub.Ann.BatchOutputAsync((string)ended["job_id"]!)).Text.TrimEnd().Split('\n').Length);
    }

    [Fact]
    public async Task An_account_that_was_disabled_meanwhile_computes_nothing_more()
    {
        var name = $"d-{Guid.NewGuid():N}";
        var gone = await hub.GivenUserAsync(name);
        await using (var db = hub.Open())
        {
            await db.Users.Where(u => u.UserName == name).ExecuteUpdateAsync(u => u.SetProperty(x => x.IsDisabled, true));
        }

        var ended = await EndedAsync(DigestOf(Csv), owner: gone);

        Assert.Equal(("FAILED", $"The account of {name}, who made the job, is disabled."), ((string?)ended["state"], (string?)ended["reason"]));
    }

    /// <summary>A job over <see cref="Csv"/> with its first row behind it, left by a node whose lease has run out; how it ended.</summary>
    /// <param name="digest">Of the file when it began.</param>
    private async Task<JsonNode> EndedAsync(string digest, long refused = 0, Caller? owner = null)
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Sum, ServedModelCalls.TwoDoubles);
        var run = await hub.Ann.GivenFilesAsync(("in.csv", Csv));
        // Its output is that of a job over the first row.
        var first = await hub.Ann.GivenBatchAsync(new { name = model, endpoint = "1", source = new { run_id = await hub.Ann.GivenFilesAsync(("in.csv", "a,b\n1,2\n")), path = "in.csv" } });
        Assert.Equal("DONE", (string?)(await hub.Ann.EndedBatchAsync(first))["state"]);
        var id = Guid.CreateVersion7();
        await using (var db = hub.Open())
        {
            var written = await db.BatchParts.AsNoTracking().SingleAsync(p => p.JobId == Guid.Parse(first));
            db.Add(new BatchJob
            {
                Id = id,
                ModelId = (await db.RegisteredModels.SingleAsync(m => m.Name == model)).Id,
                Selector = "1",
                Version = 1,
                SourceJson = new BatchSource { RunId = run, Path = "in.csv", Files = [new("in.csv", BatchForm.Csv, digest, Csv.Length, null)] }.ToJson(),
                State = BatchState.Running,
                CreatedBy = (owner ?? hub.AnnAsCaller).Id,
                CreatedAt = DateTimeOffset.UtcNow,
                Lease = Guid.NewGuid(),
                LeasedUntil = DateTimeOffset.UtcNow.AddSeconds(-1),
                Rows = 1,
                RefusedRows = refused,
            });
            db.Add(new BatchPart { JobId = id, Number = 0, Digest = written.Digest, Bytes = written.Bytes, Rows = 1, PositionJson = new BatchPosition(0, 8, 1, "a,b", null).ToJson() });
            await db.SaveChangesAsync();
        }

        return await hub.Ada.EndedBatchAsync($"{id}");
    }

    private static string DigestOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
