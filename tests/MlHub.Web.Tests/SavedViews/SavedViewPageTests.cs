using MlHub.Web.Tests.Account;
using MlHub.Web.Tests.Api;

namespace MlHub.Web.Tests.SavedViews;

/// <summary>Saved views on the page of an experiment.</summary>
public sealed class SavedViewPageTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Fact]
    public async Task What_is_shown_is_saved_and_opens_for_a_colleague()
    {
        var (experiment, _) = await hub.GivenRunAsync();
        using var ann = await SignedInAsync("ann");
        var saved = await ann.SubmitAsync($"/experiments/{experiment}?filter=metrics.m+%3E+5&order_by=metrics.m+DESC", "save-view", ("Input.Name", "best first"), ("Input.IsShared", "true"));
        Assert.Equal(302, saved.Status);
        var name = await GivenReaderAsync(experiment);
        using var reader = await SignedInAsync(name);

        var page = (await reader.GetAsync($"/experiments/{experiment}?saved={saved.Location![^32..]}")).Html;

        Assert.Contains("value=\"metrics.m > 5\"", page, StringComparison.Ordinal);
        Assert.Contains("The saved view best first", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Delete “best first”", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_experiment_opens_with_its_default_and_a_link_that_says_something_does_not()
    {
        var (experiment, _) = await hub.GivenRunAsync();
        using var ann = await SignedInAsync("ann");
        await ann.SubmitAsync($"/experiments/{experiment}?order_by=attributes.run_name+ASC", "save-view", ("Input.Name", "by name"), ("Input.IsShared", "true"), ("Input.IsDefault", "true"));

        Assert.Contains("The saved view by name", (await ann.GetAsync($"/experiments/{experiment}")).Html, StringComparison.Ordinal);
        Assert.Contains("Run, smallest first", (await ann.GetAsync($"/experiments/{experiment}")).Html, StringComparison.Ordinal);
        Assert.DoesNotContain("Run, smallest first", (await ann.GetAsync($"/experiments/{experiment}?saved=-")).Html, StringComparison.Ordinal);
        Assert.DoesNotContain("Run, smallest first", (await ann.GetAsync($"/experiments/{experiment}?filter=metrics.m+IS+NULL")).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_view_is_kept_or_deleted_by_its_owner()
    {
        var (experiment, _) = await hub.GivenRunAsync();
        var view = await hub.Ann.GivenViewAsync(experiment, "mine");
        using var ann = await SignedInAsync("ann");

        await ann.SubmitAsync($"/experiments/{experiment}?order_by=metrics.other&saved={view}", "update-view");
        var after = (await ann.GetAsync($"/experiments/{experiment}?saved={view}")).Html;
        await ann.SubmitAsync($"/experiments/{experiment}?saved={view}", "delete-view");

        Assert.Contains("value=\"metrics.other\"", after, StringComparison.Ordinal);
        Assert.DoesNotContain("mine", (await ann.GetAsync($"/experiments/{experiment}")).Html, StringComparison.Ordinal);
    }

    private async Task<string> GivenReaderAsync(string experiment)
    {
        var name = $"reader{Guid.NewGuid():N}"[..20];
        await hub.GivenUserAsync(name);
        await hub.Ann.AskAsync(HttpMethod.Patch, $"/api/2.0/permissions/experiments/{experiment}", new { access_control_list = new[] { new { user_name = name, permission_level = "CAN_READ" } } });
        return name;
    }

    private async Task<Visitor> SignedInAsync(string name)
    {
        var visitor = new Visitor(hub);
        await visitor.SignInAsync(name);
        return visitor;
    }
}
