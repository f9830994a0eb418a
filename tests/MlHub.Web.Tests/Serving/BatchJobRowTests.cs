using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Serving.Batch;
using MlHub.Web.Serving;

namespace MlHub.Web.Tests.Serving;

/// <summary>One job in the list: what it tells, and what it offers.</summary>
public sealed class BatchJobRowTests : BunitContext
{
    private static readonly DateTimeOffset Began = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public BatchJobRowTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddSingleton<TimeProvider>(new Stopped(Began.AddSeconds(10)));
    }

    [Theory]
    [InlineData(BatchState.Waiting, true, true, 0, "Stop")]
    [InlineData(BatchState.Running, true, true, 2, "Stop")]
    [InlineData(BatchState.Running, false, true, 2, "")]
    [InlineData(BatchState.Done, true, true, 2, "Output,Manifest,Delete")]
    [InlineData(BatchState.Failed, true, true, 0, "Delete")]
    [InlineData(BatchState.Stopped, true, true, 1, "Output,Manifest,Delete")]
    [InlineData(BatchState.Done, true, false, 2, "Delete")]
    [InlineData(BatchState.Done, false, true, 2, "Output,Manifest")]
    [InlineData(BatchState.Done, false, false, 2, "")]
    public void It_offers_what_may_be_done_with_it_now(BatchState state, bool canChange, bool canRead, int parts, string offered)
    {
        var row = Row(state, canChange, canRead, parts);

        Assert.Equal(offered, string.Join(',', row.FindAll(".batch-actions a, .batch-actions button").Select(e => (e.GetAttribute("title") ?? e.TextContent.Trim()).Split(' ')[0])));
        Assert.Equal(state is BatchState.Waiting or BatchState.Running ? 1 : 0, row.FindAll("progress").Count);
    }

    [Fact]
    public void While_it_runs_it_tells_how_far_it_is_and_how_long_it_takes()
    {
        var row = Row(BatchState.Running, true, true, 1);

        Assert.Equal("0.25", row.Find("progress").GetAttribute("value"));
        var facts = row.FindAll(".batch-facts > span").Select(s => s.TextContent).ToList();
        Assert.Equal(["Version 3 (@champion)", "990 rows", "10 refused", "100 rows/s"], facts.Take(4));
        Assert.Contains(facts, f => f.EndsWith(" left", StringComparison.Ordinal) && f.Contains("30", StringComparison.Ordinal));
    }

    [Fact]
    public void What_ended_it_is_told_and_what_others_named_is_text()
    {
        var row = Row(BatchState.Failed, true, true, 0, "Row <b>7</b> is refused.");

        Assert.Equal("Row <b>7</b> is refused.", row.Find(".serving-reason").TextContent);
        Assert.Equal("<i>.csv of r1", row.Find(".batch-source").TextContent);
        Assert.Empty(row.FindAll("b, i"));
    }

    private IRenderedComponent<BatchJobRow> Row(BatchState state, bool canChange, bool canRead, int parts, string? reason = null)
    {
        BatchSource source = new() { RunId = "r1", Path = "<i>.csv" };
        BatchJob job = new()
        {
            Id = Guid.NewGuid(),
            ModelId = 1,
            Selector = "@champion",
            Version = 3,
            SourceJson = source.ToJson(),
            State = state,
            Reason = reason,
            CreatedBy = Guid.NewGuid(),
            CreatedAt = Began,
            StartedAt = state == BatchState.Waiting ? null : Began,
            FinishedAt = state is BatchState.Waiting or BatchState.Running ? null : Began.AddSeconds(10),
            Rows = 990,
            RefusedRows = 10,
            BytesRead = 250,
            BytesInAll = 1000,
        };
        return Render<BatchJobRow>(p => p.Add(r => r.Report, new(job, "m", source, "ann", parts, parts * 100, canChange, canRead)));
    }

    private sealed class Stopped(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
