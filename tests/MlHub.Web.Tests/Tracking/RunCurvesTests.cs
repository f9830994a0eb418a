using Bunit;
using MlHub.Tracking.Metrics;
using MlHub.Web.Tracking;

namespace MlHub.Web.Tests.Tracking;

public sealed class RunCurvesTests : LivePage
{
    private readonly BunitJSModuleInterop _view;

    public RunCurvesTests()
    {
        var module = JSInterop.SetupModule("./js/curves.js");
        _view = module.SetupModule(call => call.Identifier == "mount");
        _view.Mode = JSRuntimeMode.Loose;
    }

    [Fact]
    public async Task Each_metric_with_several_points_is_drawn()
    {
        var run = await GivenRunAsync((await GivenExperimentAsync()).Id, "first", Point("loss", 1, 0.5), Point("loss", 2, 0.25), Point("size", 1, 7));

        var curves = RenderCurves(run.RunId);

        await DrawnAsync("loss");
        Assert.Equal([0.5, 0.25], Drawn()[0].Values.OfType<double>());
        Assert.Equal("7", curves.Find(".tile b").TextContent);
    }

    [Fact]
    public async Task Only_curves_that_grew_are_sent_again()
    {
        var run = await GivenRunAsync((await GivenExperimentAsync()).Id, "first", Point("a", 1, 1), Point("a", 2, 2), Point("b", 1, 1), Point("b", 2, 2));
        RenderCurves(run.RunId);
        await DrawnAsync("a", "b");

        await LogAsync(run, Point("b", 3, 3));

        await DrawnAsync("a", "b", "b");
        Assert.Equal(3, Drawn()[2].Total);
    }

    [Fact]
    public async Task A_metric_logged_first_while_the_page_is_open_gets_its_card()
    {
        var run = await GivenRunAsync((await GivenExperimentAsync()).Id, "first");
        var curves = RenderCurves(run.RunId);
        curves.WaitForAssertion(() => Assert.Contains("No metric yet", curves.Markup));

        await LogAsync(run, Point("loss", 1, 1), Point("loss", 2, 2));

        curves.WaitForElement("[data-curve=loss]");
        await DrawnAsync("loss");
    }

    [Fact]
    public async Task Leaving_the_page_ends_the_charts()
    {
        var run = await GivenRunAsync((await GivenExperimentAsync()).Id, "first", Point("loss", 1, 0.5), Point("loss", 2, 0.25));
        RenderCurves(run.RunId);
        await DrawnAsync("loss");

        await DisposeComponentsAsync();
        await LogAsync(run, Point("loss", 3, 1));

        Assert.Single(_view.Invocations, i => i.Identifier == "dispose");
    }

    [Fact]
    public void What_is_no_number_is_sent_apart()
    {
        var curve = PlottedCurve.Of(new("loss", [new(1, 10, 0.5), new(2, 20, double.NaN), new(3, 30, double.PositiveInfinity)], 3));

        Assert.Equal([0.5, null, null], curve.Values);
        Assert.Equal([new(1, "NaN"), new(2, "+∞")], curve.Odd);
    }

    private IRenderedComponent<RunCurves> RenderCurves(string runId) => RenderAs<RunCurves>(Ann, p => p.Add(c => c.RunId, runId));

    // Drawing follows the last render, so there is no render to wait for. The page's own thread writes the calls down.
    private Task DrawnAsync(params string[] keys) => Eventually.TrueAsync(() => Renderer.Dispatcher.InvokeAsync(() => Drawn().Select(c => c.Key).SequenceEqual(keys)));

    private List<PlottedCurve> Drawn() =>
        [.. _view.Invocations.Where(i => i.Identifier == "update").SelectMany(i => (List<PlottedCurve>)i.Arguments[0]!)];

    private static Metric Point(string key, long step, double value) => new(key, value, step, step);
}
