using Bunit;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Registry;
using MlHub.Serving;
using MlHub.Serving.Batch;
using MlHub.Testing.Serving;
using MlHub.Web.Serving;

namespace MlHub.Web.Tests.Serving;

/// <summary>The view of batch jobs on a model's page.</summary>
public sealed class BatchViewTests : LivePage
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_job_is_begun_by_the_form_ends_while_one_looks_and_is_deleted()
    {
        var (model, run) = await GivenModelAsync();
        var view = Open(Ann, model);
        view.WaitForAssertion(() => Assert.Contains("No jobs yet", view.Find("[aria-labelledby=jobs-title]").TextContent, StringComparison.Ordinal), Soon);
        Assert.Equal(["Version 1"], view.FindAll("#batch-endpoint option").Select(o => o.TextContent));

        await ChooseAsync(view, "a run's files");
        await FillAsync(view, ("#batch-run", run), ("#batch-path", "rows.csv"), ("#batch-output", "csv"));
        await SendAsync(view);

        view.WaitForAssertion(() => Assert.Equal("done", view.Find(".batch-state").TextContent), Soon);
        var job = (await The<BatchJobs>().ListAsync(Ann, model, default)).Single();
        Assert.Equal((2L, BatchForm.Csv), (job.Job.Rows, job.Source.Output));
        Assert.Contains("2 rows", view.Find(".batch-facts").TextContent, StringComparison.Ordinal);
        Assert.Equal([$"/batch/{job.Job.Id}/output", $"/batch/{job.Job.Id}/manifest"], view.FindAll(".batch-actions a").Select(a => a.GetAttribute("href")));

        await view.InvokeAsync(() => view.Find(".batch-actions button[title^='Delete the job']").Click());
        await view.InvokeAsync(() => view.Find(".confirm-ask .danger-solid").Click());
        view.WaitForAssertion(() => Assert.Contains("No jobs yet", view.Markup, StringComparison.Ordinal), Soon);
    }

    [Fact]
    public async Task A_refusal_is_shown_as_it_is_and_what_was_written_stays()
    {
        var (model, run) = await GivenModelAsync();
        var view = Open(Ann, model);
        view.WaitForElement(".batch-form form", Soon);

        await SendAsync(view);
        view.WaitForAssertion(() => Assert.Equal("Choose a file first.", view.Find("[role=alert]").TextContent.Trim()), Soon);
        await ChooseAsync(view, "a run's files");
        Assert.Empty(view.FindAll("[role=alert]"));
        await SendAsync(view);
        view.WaitForAssertion(() => Assert.Equal("Name a run.", view.Find("[role=alert]").TextContent.Trim()), Soon);

        await FillAsync(view, ("#batch-run", run), ("#batch-path", "none.csv"));
        await SendAsync(view);
        view.WaitForAssertion(() => Assert.Contains("No such artifact", view.Find("[role=alert]").TextContent, StringComparison.Ordinal), Soon);
        Assert.Equal("none.csv", view.Find("#batch-path").GetAttribute("value"));

        await FillAsync(view, ("#batch-path", "rows.csv"));
        view.WaitForAssertion(() => Assert.Single(view.FindAll(".batch-head")), Soon);
        Assert.Empty(view.FindAll("[role=alert]"));

        await ChooseAsync(view, "an address");
        await FillAsync(view, ("#batch-url", "https://127.0.0.1/rows.csv"));
        await SendAsync(view);
        view.WaitForAssertion(() => Assert.Contains("MlHub:Batch:AllowedNetworks", view.Find("[role=alert]").TextContent, StringComparison.Ordinal), Soon);
    }

    [Fact]
    public async Task A_schedule_with_wrong_times_is_refused_and_with_right_ones_made_paused_run_and_deleted()
    {
        var (model, run) = await GivenModelAsync();
        var view = Open(Ann, model);
        view.WaitForElement(".batch-form form", Soon);
        await view.InvokeAsync(() => view.Find("#batch-again").Change(true));
        await ChooseAsync(view, "a run's files");
        await FillAsync(view, ("#batch-run", run), ("#batch-path", "rows.csv"));

        foreach (var (name, times, refusal) in new[]
        {
            ("", "0 30 3 * * ?", "Name the schedule."), ("nightly", "", "Say at which times"), ("nightly", "every day", "six fields"), ("nightly", "* * * * * ?", "more than once a minute"),
        })
        {
            await FillAsync(view, ("#batch-name", name), ("#batch-cron", times));
            await SendAsync(view);
            view.WaitForAssertion(() => Assert.Contains(refusal, view.Find("[role=alert]").TextContent, StringComparison.Ordinal), Soon);
            Assert.Equal(times, view.Find("#batch-cron").GetAttribute("value") ?? "");
        }

        Assert.Empty(await The<BatchSchedules>().ListAsync(Ann, model, default));
        await FillAsync(view, ("#batch-cron", "30 3 * * *"));
        await SendAsync(view);
        view.WaitForAssertion(() => Assert.Equal("on", view.Find("[aria-labelledby=schedules-title] .batch-state").TextContent), Soon);
        Assert.Empty(view.FindAll("[role=alert], #batch-cron"));

        await ClickAsync(view, "Pause");
        view.WaitForAssertion(() => Assert.Equal("paused", view.Find("[aria-labelledby=schedules-title] .batch-state").TextContent), Soon);
        await ClickAsync(view, "Run now");
        view.WaitForAssertion(() => Assert.Contains("by schedule", view.Find("[aria-labelledby=jobs-title] .batch-facts").TextContent, StringComparison.Ordinal), Soon);
        await view.InvokeAsync(() => view.Find("[aria-label='Delete the schedule nightly']").Click());
        await view.InvokeAsync(() => view.Find(".confirm-ask .danger-solid").Click());
        view.WaitForAssertion(() => Assert.Empty(view.FindAll("[aria-labelledby=schedules-title]")), Soon);
    }

    [Fact]
    public async Task A_job_that_runs_can_be_stopped_by_the_models_manager_and_is_not_seen_by_other_readers()
    {
        var (model, run) = await GivenModelAsync();
        var bob = await GivenReaderAsync(model);
        await GivenRunningAsync(model, run);

        var view = Open(Ann, model);
        view.WaitForAssertion(() => Assert.Equal("runs", view.Find(".batch-state").TextContent), Soon);
        Assert.Single(view.FindAll(".batch-row progress"));
        var read = Open(bob, model, RegistryPermission.Read);
        read.WaitForAssertion(() => Assert.Contains("No jobs yet", read.Markup, StringComparison.Ordinal), Soon);
        Assert.Contains("On a schedule", view.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("On a schedule", read.Markup, StringComparison.Ordinal);

        await ClickAsync(view, "Stop");
        view.WaitForAssertion(() => Assert.Equal("stopped", view.Find(".batch-state").TextContent), Soon);
        Assert.Equal("Stopped by ann.", view.Find(".serving-reason").TextContent);
        Assert.Empty(view.FindAll(".batch-row progress"));
    }

    [Fact]
    public async Task Of_a_model_that_is_no_longer_served_what_was_made_is_still_within_reach()
    {
        await The<RegisteredModels>().CreateAsync(Ann, "idle", null, [], default);
        var idle = Open(Ann, "idle");
        idle.WaitForAssertion(() => Assert.Contains("This model is not served", idle.Markup, StringComparison.Ordinal), Soon);
        Assert.Empty(idle.FindAll("form, [aria-labelledby=jobs-title]"));

        var (model, run) = await GivenModelAsync();
        await The<BatchSchedules>().CreateAsync(Ann, model, "nightly", "1", new() { RunId = run, Path = "rows.csv" }, "@daily", default);
        await GivenRunningAsync(model, run);
        await The<ServedModels>().DisableAsync(Ann, model, default);

        var view = Open(Ann, model);
        view.WaitForAssertion(() => Assert.Contains("This model is not served", view.Markup, StringComparison.Ordinal), Soon);
        Assert.Empty(view.FindAll("form"));
        await ClickAsync(view, "Pause");
        view.WaitForAssertion(() => Assert.Equal("paused", view.Find("[aria-labelledby=schedules-title] .batch-state").TextContent), Soon);
        await ClickAsync(view, "Stop");
        view.WaitForAssertion(() => Assert.Equal("stopped", view.Find("[aria-labelledby=jobs-title] .batch-state").TextContent), Soon);
    }

    private static Task ChooseAsync(IRenderedComponent<BatchView> view, string origin) =>
        view.InvokeAsync(() => view.FindAll(".batch-kind label").Single(l => l.TextContent == origin).QuerySelector("input")!.Change("on"));

    private IRenderedComponent<BatchView> Open(Caller who, string model, RegistryPermission permission = RegistryPermission.Manage) =>
        RenderAs<BatchView>(who, p => p.Add(v => v.Name, model).Add(v => v.Permission, permission));

    private static async Task FillAsync(IRenderedComponent<BatchView> view, params (string Field, string Value)[] fields)
    {
        foreach (var (field, value) in fields)
        {
            await view.InvokeAsync(() => view.Find(field).Change(value));
        }
    }

    private static Task SendAsync(IRenderedComponent<BatchView> view) => view.InvokeAsync(() => view.Find(".batch-form form").SubmitAsync());

    private static Task ClickAsync(IRenderedComponent<BatchView> view, string button) => view.InvokeAsync(() => view.FindAll("button").Single(b => b.TextContent.Trim() == button).Click());

    private async Task<(string Model, string Run)> GivenModelAsync()
    {
        using var ann = Hub.Bearer(await Hub.GivenTokenAsync(Ann, Scopes.All & ~Scopes.Admin));
        return (await ann.GivenServedModelAsync(OnnxModels.Sum, ServedModelCalls.TwoDoubles), await ann.GivenFilesAsync(("rows.csv", "a,b\n1,2\n3,4\n")));
    }

    private async Task<Caller> GivenReaderAsync(string model)
    {
        var bob = await Hub.GivenUserAsync("bob");
        await using var db = Hub.Open();
        await db.GivenGrantAsync(await db.RegisteredModels.SingleAsync(m => m.Name == model), bob, RegistryPermission.Read);
        return bob;
    }

    /// <summary>A job of Ann's that another hub works on.</summary>
    private async Task GivenRunningAsync(string model, string run)
    {
        await using var db = Hub.Open();
        db.Add(new BatchJob
        {
            Id = Guid.CreateVersion7(),
            ModelId = (await db.RegisteredModels.SingleAsync(m => m.Name == model)).Id,
            Selector = "1",
            SourceJson = new BatchSource { RunId = run, Path = "rows.csv" }.ToJson(),
            State = BatchState.Running,
            CreatedBy = Ann.Id,
            CreatedAt = DateTimeOffset.UtcNow,
            StartedAt = DateTimeOffset.UtcNow,
            Lease = Guid.NewGuid(),
            LeasedUntil = DateTimeOffset.UtcNow.AddHours(1),
        });
        await db.SaveChangesAsync();
    }
}
