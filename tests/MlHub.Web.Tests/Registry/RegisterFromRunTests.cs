using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Registry;
using MlHub.Tracking;
using MlHub.Web.Registry;
using MlHub.Web.Shell;
using MlHub.Web.Tracking.Table;

namespace MlHub.Web.Tests.Registry;

/// <summary>Registering the model of the run that is selected in the table.</summary>
public sealed class RegisterFromRunTests : LivePage
{
    [Fact]
    public async Task The_only_logged_model_becomes_the_next_version()
    {
        var run = await GivenRunAsync("model");
        await The<RegisteredModels>().CreateAsync(Ann, "prices", null, [], default);
        var form = Open(run);
        form.WaitForElement("form");
        Assert.Empty(form.FindAll("select"));
        Assert.Equal(["prices"], form.FindAll("datalist option").Select(o => o.GetAttribute("value")));

        form.Find("#register-name").Change("prices");
        form.Find("#register-text").Change("better");
        await form.Find("form").SubmitAsync();

        var made = Assert.Single((await The<VersionSearches>().SearchAsync(Ann, new(), default)).Items).Version;
        Assert.Equal((1, "better", $"runs:/{run.RunId}/model"), (made.Number, made.Description, made.Source));
        Assert.EndsWith(HubUrls.Version("prices", 1), Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_models_one_is_chosen_and_a_new_name_makes_a_model()
    {
        var run = await GivenRunAsync("trees", "linear");
        var form = Open(run);
        form.WaitForElement("select");
        Assert.Equal(["linear", "trees"], form.FindAll("#register-source option").Select(o => o.TextContent).Order());

        form.Find("#register-source").Change($"runs:/{run.RunId}/trees");
        form.Find("#register-name").Change("flats");
        await form.Find("form").SubmitAsync();

        Assert.Equal($"runs:/{run.RunId}/trees", Assert.Single((await The<VersionSearches>().SearchAsync(Ann, new(), default)).Items).Version.Source);
    }

    [Fact]
    public async Task What_the_registry_refuses_is_said_and_what_was_entered_stays()
    {
        var form = Open(await GivenRunAsync("model"));
        form.WaitForElement("form");

        form.Find("#register-name").Change("no/such:name");
        await form.Find("form").SubmitAsync();

        form.WaitForElement("[role=alert]");
        Assert.Equal("no/such:name", form.Find("#register-name").GetAttribute("value"));
    }

    [Fact]
    public async Task A_run_without_a_model_says_so()
    {
        var form = Open(await GivenRunAsync());

        form.WaitForAssertion(() => Assert.Contains("logged no model", form.Markup, StringComparison.Ordinal));
        Assert.Empty(form.FindAll("form"));
    }

    [Fact]
    public async Task It_is_offered_for_one_run_and_not_for_several()
    {
        var (one, two) = (await GivenRunAsync("model"), await GivenRunAsync("model"));
        var actions = RenderAs<RunsActions>(Ann, p => p.Add(c => c.ExperimentId, one.ExperimentId).Add(c => c.CanEdit, true));

        await actions.InvokeAsync(() => actions.Find("[data-selected]").Change($"{one.RunId},{two.RunId}"));
        Assert.True(Register().HasAttribute("disabled"));
        await actions.InvokeAsync(() => actions.Find("[data-selected]").Change(one.RunId));
        await actions.InvokeAsync(() => Register().Click());

        actions.WaitForElement("#register-name");

        AngleSharp.Dom.IElement Register() => actions.FindAll("button").Single(b => b.TextContent.Trim() == "Register");
    }

    private IRenderedComponent<RegisterFromRun> Open(Run run) => RenderAs<RegisterFromRun>(Ann, p => p.Add(c => c.ExperimentId, run.ExperimentId).Add(c => c.RunId, run.RunId));

    private async Task<Run> GivenRunAsync(params string[] models)
    {
        var experiment = (await The<ExperimentSearches>().EditableAsync(Ann, default)).FirstOrDefault(e => e.Name == "prices") ?? await GivenExperimentAsync();
        var run = await GivenRunAsync(experiment.Id, "first");
        using var ann = Hub.Bearer(await Hub.GivenTokenAsync(Ann));
        foreach (var model in models)
        {
            await ann.UploadAsync($"{experiment.Id}", run.RunId, $"{model}/MLmodel", "flavors: {}"u8.ToArray());
        }

        var history = string.Join(',', models.Select(m => $$"""{"artifact_path":"{{m}}"}"""));
        await The<RunLogs>().AppendAsync(Ann, run.RunId, new([], [], [new(RunLogs.LoggedModelsTag, $"[{history}]")]), default);
        return run;
    }
}
