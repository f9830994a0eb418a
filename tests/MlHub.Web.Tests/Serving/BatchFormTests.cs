using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Access;
using MlHub.Artifacts;
using MlHub.Registry;
using MlHub.Serving.Batch;
using MlHub.Testing.Serving;
using MlHub.Web.Serving;
using MlHub.Web.Shell;

namespace MlHub.Web.Tests.Serving;

/// <summary>A file is brought, looked at and scored on a model's page; and a run's file leads there.</summary>
public sealed class BatchFormTests : LivePage
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_file_that_is_brought_shows_its_first_rows_and_becomes_a_job_with_its_output()
    {
        var (model, _) = await GivenModelAsync();
        var view = Open(model);
        await BringAsync(view, model, "my rows.csv", "a,b,note\n1,2,x\n3,4,\nlots,4,y\n");

        view.WaitForAssertion(() => Assert.Equal(["a", "b", "note"], view.FindAll(".batch-head th").Select(t => t.TextContent)), Soon);
        Assert.Equal(["1", "2", "x", "3", "4", "–"], view.FindAll(".batch-head td").Take(6).Select(t => t.TextContent));
        Assert.Contains("It does not take note.", view.Find(".batch-head").TextContent, StringComparison.Ordinal);
        Assert.Equal("note", view.Find(".batch-head th.unused").TextContent);
        await view.InvokeAsync(() => view.Find(".batch-form form").SubmitAsync());

        view.WaitForAssertion(() => Assert.Equal("done", view.Find(".batch-state").TextContent), Soon);
        var job = (await The<BatchJobs>().ListAsync(Ann, model, default)).Single();
        Assert.EndsWith(HubUrls.BatchJob(model, job.Job.Id), Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
        Assert.Equal("my rows.csv", job.Source.Shown);
        view.WaitForAssertion(() => Assert.Equal(["row", "sum", "error"], view.FindAll("[aria-labelledby=output-title] th").Select(t => t.TextContent)), Soon);
        Assert.Equal(["1", "3", "–", "2", "7", "–", "3", "–"], view.FindAll("[aria-labelledby=output-title] td").Take(8).Select(t => t.TextContent));
        Assert.StartsWith("Row 3", view.Find(".batch-refusals li").TextContent, StringComparison.Ordinal);
        Assert.Contains("Failed to convert column a", view.Find(".batch-refusals li").TextContent, StringComparison.Ordinal);
        var provenance = view.Find(".batch-provenance");
        Assert.Equal(HubUrls.Version(model, 1), provenance.QuerySelector("a")!.GetAttribute("href"));
        Assert.Equal([job.Job.Digest, job.Source.Files![0].Digest, $"{job.Job.Id}"], provenance.QuerySelectorAll("[data-copy]").Select(c => c.GetAttribute("data-copy")));
    }

    [Theory]
    [InlineData("rows.csv", "a,c\n1,2\n", "rows.csv lacks a column that version 1 of MODEL needs: b. It has a, c.")]
    [InlineData("rows.csv", "a;b\n1;2\n", "rows.csv lacks 2 columns that version 1 of MODEL needs: a, b. Its first line has no comma: between columns there must be commas.")]
    [InlineData("rows.csv", "a,b\n", "rows.csv has no rows.")]
    [InlineData("rows.csv", "PK\u0003\u0004rest", "rows.csv is a ZIP file, such as a spreadsheet. Rows must be CSV or JSON Lines, as text in UTF-8.")]
    [InlineData("rows.jsonl", "a,b\n1,2\n", "rows.jsonl has no line that is a JSON object.")]
    [InlineData("rows.txt", "a,b\n1,2\n", "Nobody can tell how the rows of 'rows.txt' are written: give format as 'csv' or 'jsonl'.")]
    public async Task What_the_model_cannot_be_asked_with_is_told_before_a_job_is_begun(string name, string text, string words)
    {
        var (model, _) = await GivenModelAsync();
        var view = Open(model);
        await BringAsync(view, model, name, text);

        var told = words.Replace("MODEL", model, StringComparison.Ordinal);
        view.WaitForAssertion(() => Assert.Equal(told, view.Find("[role=alert]").TextContent.Trim()), Soon);
        await view.InvokeAsync(() => view.Find(".batch-form form").SubmitAsync());
        view.WaitForAssertion(() => Assert.Equal(told, view.FindAll("[role=alert]")[^1].TextContent.Trim()), Soon);
        Assert.Empty(await The<BatchJobs>().ListAsync(Ann, model, default));
    }

    [Fact]
    public async Task The_form_that_is_chosen_says_how_rows_are_written_where_the_name_does_not()
    {
        var (model, _) = await GivenModelAsync();
        var view = Open(model);
        await BringAsync(view, model, "rows.txt", "a,b\n1,2\n");
        view.WaitForElement("[role=alert]", Soon);

        await view.InvokeAsync(() => view.Find("#batch-format").Change("csv"));

        view.WaitForAssertion(() => Assert.Equal(["1", "2"], view.FindAll(".batch-head td").Select(t => t.TextContent)), Soon);
        Assert.Empty(view.FindAll("[role=alert]"));
    }

    [Fact]
    public async Task A_file_that_is_too_large_or_empty_is_not_even_sent_and_a_failure_is_told()
    {
        var (model, _) = await GivenModelAsync();
        var view = Open(model);
        var upload = view.WaitForComponent<BatchUpload>(Soon);

        Assert.Null(await upload.InvokeAsync(() => upload.Instance.BeginAsync("huge.csv", (1L << 30) + 1)));
        Assert.Contains("MlHub:Batch:UploadBytes", upload.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Null(await upload.InvokeAsync(() => upload.Instance.BeginAsync("empty.csv", 0)));
        Assert.Equal("empty.csv is empty.", upload.Find("[role=alert]").TextContent.Trim());

        Assert.Equal(HubUrls.BatchUpload(model, "rows & more.csv"), await upload.InvokeAsync(() => upload.Instance.BeginAsync("rows & more.csv", 10)));
        Assert.False(upload.Find(".batch-sending").HasAttribute("hidden"));
        Assert.True(upload.Find("#batch-file").HasAttribute("disabled"));
        await upload.InvokeAsync(() => upload.Instance.EndAsync(null, "the connection was lost"));
        Assert.Equal("rows & more.csv could not be brought here: the connection was lost", upload.Find("[role=alert]").TextContent.Trim());
        Assert.True(upload.Find(".batch-sending").HasAttribute("hidden"));
    }

    [Fact]
    public async Task An_address_with_a_file_of_a_run_fills_the_form_in()
    {
        var (model, run) = await GivenModelAsync();
        Services.GetRequiredService<NavigationManager>().NavigateTo(HubUrls.BatchOf(model, run, "rows.csv"));

        var view = Open(model);

        view.WaitForAssertion(() => Assert.Equal(["1", "2", "3", "4"], view.FindAll(".batch-head td").Select(t => t.TextContent)), Soon);
        Assert.Equal((run, "rows.csv"), (view.Find("#batch-run").GetAttribute("value"), view.Find("#batch-path").GetAttribute("value")));
    }

    [Fact]
    public async Task A_job_that_is_not_there_is_told_and_the_form_stays()
    {
        var (model, _) = await GivenModelAsync();
        var absent = Guid.NewGuid();
        Services.GetRequiredService<NavigationManager>().NavigateTo(HubUrls.BatchJob(model, absent));

        var view = Open(model);

        view.WaitForAssertion(() => Assert.Equal($"There is no batch job {absent}.", view.Find("[role=alert]").TextContent.Trim()), Soon);
        Assert.Single(view.FindAll(".batch-form"));
    }

    [Fact]
    public async Task A_file_of_rows_leads_to_the_served_models_that_its_reader_may_ask()
    {
        var (model, run) = await GivenModelAsync();
        await The<RegisteredModels>().CreateAsync(Ann, "idle", null, [], default);
        var bob = await Hub.GivenUserAsync("bob");

        var offered = RenderAs<ScoreWithModel>(Ann, p => p.Add(s => s.OwnerId, run).Add(s => s.Path, "data/a b.jsonl"));
        var stranger = RenderAs<ScoreWithModel>(bob, p => p.Add(s => s.OwnerId, run).Add(s => s.Path, "rows.csv"));
        var picture = RenderAs<ScoreWithModel>(Ann, p => p.Add(s => s.OwnerId, run).Add(s => s.Path, "plot.png"));

        Assert.Equal([$"/models/{model}?tab=serving&view=batch&run={run}&path=data%2Fa%20b.jsonl"], offered.FindAll("a").Select(a => a.GetAttribute("href")));
        Assert.Equal("score-with", offered.Find("button").GetAttribute("data-opens"));
        Assert.Equal(("", ""), (stranger.Markup.Trim(), picture.Markup.Trim()));
    }

    private IRenderedComponent<BatchView> Open(string model) => RenderAs<BatchView>(Ann, p => p.Add(v => v.Name, model).Add(v => v.Permission, RegistryPermission.Manage));

    /// <summary>As the browser's script does it.</summary>
    private async Task BringAsync(IRenderedComponent<BatchView> view, string model, string name, string text)
    {
        var upload = view.WaitForComponent<BatchUpload>(Soon);
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        await upload.InvokeAsync(() => upload.Instance.BeginAsync(name, bytes.Length));
        var path = await The<BatchUploads>().SaveAsync(Ann, model, name, new IncomingContent(new MemoryStream(bytes), bytes.Length), default);
        await upload.InvokeAsync(() => upload.Instance.EndAsync(path, null));
    }

    private async Task<(string Model, string Run)> GivenModelAsync()
    {
        using var ann = Hub.Bearer(await Hub.GivenTokenAsync(Ann, Scopes.All & ~Scopes.Admin));
        return (await ann.GivenServedModelAsync(OnnxModels.Sum, ServedModelCalls.TwoDoubles), await ann.GivenFilesAsync(("rows.csv", "a,b\n1,2\n3,4\n")));
    }
}
