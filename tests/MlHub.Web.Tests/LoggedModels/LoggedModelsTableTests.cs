using Bunit;
using MlHub.LoggedModels;
using MlHub.Web.LoggedModels;

namespace MlHub.Web.Tests.LoggedModels;

public sealed class LoggedModelsTableTests : LivePage
{
    [Fact]
    public async Task A_model_logged_elsewhere_and_its_state_appear_without_a_reload()
    {
        var experiment = await GivenExperimentAsync();
        var table = RenderAs<LoggedModelsTable>(Ann, p => p.Add(c => c.ExperimentId, experiment.Id));
        table.WaitForAssertion(() => Assert.Contains("No models yet", table.Markup));

        var model = await The<LoggedModelChanges>().CreateAsync(Ann, new(experiment.Id, "late", null, null, [], []), default);
        table.WaitForAssertion(() => Assert.Contains("late", table.Find("tbody tr").TextContent));
        Assert.Equal("Pending", table.Find("tbody .chip").TextContent);
        await The<LoggedModelChanges>().FinalizeAsync(Ann, model.Model.ModelId, LoggedModelStatus.Ready, default);

        table.WaitForAssertion(() => Assert.Equal("Ready", table.Find("tbody .chip").TextContent));
    }

    [Fact]
    public async Task A_wrong_filter_is_explained_with_a_mark_at_the_place()
    {
        var experiment = await GivenExperimentAsync();

        var table = RenderAs<LoggedModelsTable>(Ann, p => p.Add(c => c.ExperimentId, experiment.Id).Add(c => c.Filter, "metrics.r2 > and"));

        Assert.EndsWith(new string(' ', 13) + "^", table.WaitForElement(".filter-refusal pre").TextContent);
        Assert.Equal("true", table.Find("input[name=filter]").GetAttribute("aria-invalid"));
    }
}
