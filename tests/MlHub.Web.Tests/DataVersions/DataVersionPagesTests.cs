using System.Net;
using MlHub.Web.Tests.Account;

namespace MlHub.Web.Tests.DataVersions;

/// <summary>What pages and bots are told of the data behind runs and versions.</summary>
public sealed class DataVersionPagesTests(DataHub data) : IClassFixture<DataHub>
{
    [Fact]
    public async Task A_run_says_whether_its_table_can_still_be_read()
    {
        var (table, experiment) = (data.Table().Write("old.parquet", 10, "price").Overwrite("old.parquet"), await data.Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}"));
        var run = await data.GivenRunAsync(experiment, "reader", table.Folder, 0);

        var before = await PageAsync("ann", $"/experiments/{experiment}/runs/{run}");
        table.Vacuum("old.parquet");
        var after = await PageAsync("ann", $"/experiments/{experiment}/runs/{run}");

        Assert.Contains("version 0", before, StringComparison.Ordinal);
        Assert.Contains(">reproducible<", before, StringComparison.Ordinal);
        Assert.Contains("no longer reproducible", after, StringComparison.Ordinal);
        Assert.Contains("The only data file of version 0 is gone, as VACUUM removes it.", after, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/etc", "ann", false)]
    [InlineData("/proc/self/root/etc", "ann", false)]
    [InlineData("/etc", "ada", true)]
    public async Task A_table_elsewhere_is_text_and_only_administrators_hear_of_the_setting(string path, string who, bool hears)
    {
        var experiment = await data.Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}");
        var run = await data.GivenRunAsync(experiment, "reader", path, 3);

        var page = await PageAsync(who, $"/experiments/{experiment}/runs/{run}");

        Assert.Contains("MlHub does not look into this table.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("reproducible<", page, StringComparison.Ordinal);
        Assert.Equal(hears, page.Contains("MlHub:DataSources:Roots", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Markup_in_a_source_stays_text_and_other_schemes_are_no_links()
    {
        var experiment = await data.Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}");
        var run = await data.Ann.GivenRunAsync(experiment);
        await data.Ann.CallAsync("/runs/log-inputs", new
        {
            run_id = run,
            datasets = new[]
            {
                new { dataset = new { name = "<b>one</b>", digest = "d1", source_type = "http", source = """{"url": "javascript:alert(1)"}""" } },
                new { dataset = new { name = "two", digest = "d2", source_type = "http", source = """{"url": "https://example.com/a.csv?x=\"><script>alert(2)</script>"}""" } },
            },
        });

        var page = await PageAsync("ann", $"/experiments/{experiment}/runs/{run}", decode: false);

        Assert.DoesNotContain("href=\"javascript:", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<b>one</b>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert(2)", page, StringComparison.Ordinal);
        Assert.Contains("href=\"https://example.com/a.csv", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Versions_and_runs_are_compared_by_the_versions_of_their_table()
    {
        var table = data.Table().Write(100, "price").Write(20).Write(5).Write(7, "beds");
        var experiment = await data.Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}");
        var model = $"m-{Guid.NewGuid():N}";
        await data.Ann.CallAsync("/registered-models/create", new { name = model });
        List<string> runs = [];
        foreach (var version in (long[])[1, 3])
        {
            var run = await data.GivenRunAsync(experiment, $"on {version}", table.Folder, version);
            await data.LogDatasetAsync(run, "sales", $"digest{version}", table.Folder, version);
            await data.Ann.CallAsync("/runs/log-metric", new { run_id = run, key = "predict_latency_ms", value = 10 + version, timestamp = 1 });
            await data.Ann.UploadAsync(experiment, run, "model/weights", new byte[1000 * (int)version]);
            await data.Ann.CallAsync("/model-versions/create", new { name = model, source = $"runs:/{run}/model", run_id = run });
            runs.Add(run);
        }

        var answer = (await data.Ann.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/compare/model-versions?name={model}&versions=1&versions=2")).Json;
        var sales = Assert.Single(answer["data"]!.AsArray())!;
        Assert.Equal(("sales", "training", "CHANGED", "digest1", "digest3"), ((string)sales["name"]!, (string)sales["context"]!, (string)sales["change"]!, (string)sales["from"]!, (string)sales["to"]!));
        Assert.Equal((1L, 3L, 2L, "same table, version 1 → 3: 2 commits, column `beds` added"), ((long)sales["from_version"]!, (long)sales["to_version"]!, (long)sales["commit_count"]!, (string)sales["note"]!));
        Assert.Equal("""[{"name":"beds","change":"ADDED","to":"double"}]""", sales["columns"]!.ToJsonString());
        Assert.Equal([(2L, "WRITE", 5L), (3L, "WRITE", 7L)], sales["commits"]!.AsArray().Select(c => ((long)c!["version"]!, (string)c["operation"]!, (long)c["counts"]!["numOutputRows"]!)));
        Assert.Equal([1000L, 3000L], answer["versions"]!.AsArray().Select(v => (long)v!["size"]!));
        Assert.Equal(("predict_latency_ms", "WORSE"), ((string)answer["latency"]![0]!["name"]!, (string)answer["latency"]![0]!["trend"]!));

        var versions = await PageAsync("ann", $"/models/{model}/versions/2?tab=compare&with=1");
        Assert.Contains("same table, version 1 → 3: 2 commits, column", versions, StringComparison.Ordinal);
        Assert.Contains("1000 B → 2.9 KB", versions, StringComparison.Ordinal);
        Assert.Contains("11 → 13", versions, StringComparison.Ordinal);
        var compared = await PageAsync("ann", $"/compare?runs={runs[0]},{runs[1]}");
        Assert.Contains("same table, version 1 → 3: 2 commits, column", compared, StringComparison.Ordinal);
        Assert.Contains("[\"version 1\",\"version 3\"]", compared, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dataset_has_a_page_for_those_who_may_read_one_of_its_experiments()
    {
        var table = data.Table().Write(1, "price");
        var experiment = await data.Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}");
        var run = await data.Ann.GivenRunAsync(experiment, "reader of it");
        await data.LogDatasetAsync(run, "sales", "abc/9 <x>", table.Folder, 0);
        await data.LogDatasetAsync(run, "sales", "older", table.Folder, 0);

        var page = await PageAsync("ann", "/datasets/abc/9%20%3Cx%3E");

        Assert.Contains("reader of it", page, StringComparison.Ordinal);
        Assert.Contains("The log of version 0 and its only data file are there.", page, StringComparison.Ordinal);
        Assert.Contains("/datasets/older", page, StringComparison.Ordinal);
        using var bob = new Visitor(data.Hub);
        await bob.SignInAsync("bob");
        Assert.Equal((404, 404), ((await bob.GetAsync("/datasets/abc/9%20%3Cx%3E")).Status, (await bob.GetAsync("/datasets/none")).Status));
    }

    private async Task<string> PageAsync(string user, string address, bool decode = true)
    {
        using var visitor = new Visitor(data.Hub);
        await visitor.SignInAsync(user);
        var page = await visitor.Browser.GetStringAsync(address);
        return decode ? WebUtility.HtmlDecode(page) : page;
    }
}
