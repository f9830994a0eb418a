using System.Net;
using MlHub.Web.Tests.Account;

namespace MlHub.Web.Tests.Compare;

public sealed class ComparePageTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Fact]
    public async Task The_page_carries_what_its_script_draws_and_no_name_ends_the_element_it_stands_in()
    {
        var experiment = await hub.Ann.GivenExperimentAsync($"compared {Guid.NewGuid():N}");
        var (one, other) = (await hub.Ann.GivenRunAsync(experiment, "</script><script>alert(1)</script>"), await hub.Ann.GivenRunAsync(experiment));
        await hub.Ann.CallAsync("/runs/log-parameter", new { run_id = one, key = "depth", value = "<!--<script>" });

        var (status, page) = await PageAsync("ann", $"/compare?runs={one},{other}");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("Comparing 2 runs", page, StringComparison.Ordinal);
        Assert.Contains("""{"key":"depth","values":["\u003C!--\u003Cscript\u003E",null]}""", page, StringComparison.Ordinal);
        Assert.DoesNotContain("alert(1)</script>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_weighs_most_in_two_runs_is_laid_side_by_side()
    {
        var experiment = await hub.Ann.GivenExperimentAsync($"compared {Guid.NewGuid():N}");
        List<string> runs = [];
        foreach (var (first, second) in new[] { (1.0, 3.0), (4, 2) })
        {
            runs.Add(await hub.Ann.GivenRunAsync(experiment));
            await hub.Ann.UploadAsync(experiment, runs[^1], "shap/shap_values.npy", Explanations.Explained.Npy([1, 2], first, second));
        }

        var (_, page) = await PageAsync("ann", $"/compare?runs={string.Join(',', runs)}");

        Assert.Contains("feature 0: 2 → 1", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.Contains("feature 1: 1 → 2", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.DoesNotContain("rank-slopes", (await PageAsync("ann", $"/compare?runs={runs[0]},{await hub.Ann.GivenRunAsync(experiment)}")).Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_explains_the_difference_comes_after_the_page_and_only_for_those_who_may_read_the_runs()
    {
        var experiment = await hub.Ann.GivenExperimentAsync($"compared {Guid.NewGuid():N}");
        var runs = new List<string>();
        for (var i = 0; i < 12; i++)
        {
            runs.Add(await hub.Ann.GivenRunAsync(experiment));
            await hub.Ann.CallAsync("/runs/log-batch", new
            {
                run_id = runs[i],
                metrics = new[] { new { key = "rmse", value = 10.0 * (i % 3), timestamp = 1 } },
                @params = new[] { new { key = "depth", value = $"{i % 3}" }, new { key = "seed", value = $"{i / 3}" } },
            });
        }

        var list = string.Join(',', runs);
        var page = (await PageAsync("ann", $"/compare?runs={list}")).Page;
        var (status, insights) = await PageAsync("ann", $"/compare/insights?runs={list}&metric=rmse");

        Assert.Contains("data-compare-insights=\"/compare/insights?runs=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("What explains the difference?", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("What explains the difference?", insights, StringComparison.Ordinal);
        Assert.Contains("The same within noise?", insights, StringComparison.Ordinal);
        Assert.Matches("<td class=\"key\"[^>]*>depth</td>", insights);
        Assert.Equal(HttpStatusCode.NotFound, (await PageAsync("bob", $"/compare/insights?runs={list}&metric=rmse")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await PageAsync("ann", "/compare/insights")).Status);
    }

    [Fact]
    public async Task Runs_of_others_are_not_compared_nor_one_alone()
    {
        var experiment = await hub.Ann.GivenExperimentAsync($"compared {Guid.NewGuid():N}");
        var (one, other) = (await hub.Ann.GivenRunAsync(experiment, "secret"), await hub.Ann.GivenRunAsync(experiment));

        Assert.Contains("cannot be compared", (await PageAsync("ann", $"/compare?runs={one}")).Page, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", (await PageAsync("bob", $"/compare?runs={one},{other}")).Page, StringComparison.Ordinal);
        Assert.Contains("cannot be compared", (await PageAsync("bob", "/compare")).Page, StringComparison.Ordinal);
    }

    private async Task<(HttpStatusCode Status, string Page)> PageAsync(string user, string address)
    {
        using var visitor = new Visitor(hub);
        await visitor.SignInAsync(user);
        using var answer = await visitor.Browser.GetAsync(address);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
