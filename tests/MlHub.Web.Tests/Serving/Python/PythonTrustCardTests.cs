using Bunit;
using MlHub.Access;
using MlHub.Testing.Serving;
using MlHub.Web.Serving;

namespace MlHub.Web.Tests.Serving.Python;

/// <summary>The part of the settings where an administrator allows Python code.</summary>
public sealed class PythonTrustCardTests : LivePage
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task An_administrator_is_told_what_it_means_asked_again_and_can_take_it_back()
    {
        var (ada, model) = (await Hub.GivenUserAsync("ada", isAdmin: true), await GivenModelAsync());
        var card = Open(ada, model);
        card.WaitForAssertion(() => Assert.Equal("Not allowed", card.Find(".chip").TextContent), Soon);
        Assert.Contains("runs code of whoever logged it", card.Markup, StringComparison.Ordinal);
        Assert.Contains("numpy", card.Markup, StringComparison.Ordinal);

        card.Find("button").Click();
        card.WaitForElement(".python-ask button.danger", Soon).Click();

        card.WaitForAssertion(() => Assert.Equal("Allowed", card.Find(".chip").TextContent), Soon);
        Assert.Contains("ada", card.Markup, StringComparison.Ordinal);
        card.Find("button").Click();
        card.WaitForAssertion(() => Assert.Equal("Not allowed", card.Find(".chip").TextContent), Soon);
    }

    [Fact]
    public async Task Who_only_manages_the_model_is_not_offered_it()
    {
        var card = Open(Ann, await GivenModelAsync());

        card.WaitForAssertion(() => Assert.Contains("Administrators decide", card.Markup, StringComparison.Ordinal), Soon);
        Assert.Empty(card.FindAll("button"));
    }

    private IRenderedComponent<PythonTrustCard> Open(Caller caller, string model) => RenderAs<PythonTrustCard>(caller, p => p.Add(c => c.Name, model));

    private async Task<string> GivenModelAsync()
    {
        using var ann = Hub.Bearer(await Hub.GivenTokenAsync(Ann));
        var model = $"m-{Guid.NewGuid():N}";
        await ann.GivenOnnxVersionAsync(model, OnnxModels.Sum);
        return model;
    }
}
