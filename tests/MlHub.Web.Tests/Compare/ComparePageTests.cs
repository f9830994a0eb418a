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
