using Bunit;
using MlHub.Access;
using MlHub.Registry;
using MlHub.Reviews;
using MlHub.Serving;
using MlHub.Serving.Capture;
using MlHub.Serving.Duels;
using MlHub.Testing.Serving;
using MlHub.Web.Reviews;
using MlHub.Web.Serving;

namespace MlHub.Web.Tests.Serving.Capture;

/// <summary>The view of kept requests, and the panel and page of a duel.</summary>
public sealed class CaptureViewTests : LivePage
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_manager_settles_what_is_kept_sees_it_escaped_and_deletes_it()
    {
        using var ann = Hub.Bearer(await Hub.GivenTokenAsync(Ann, Scopes.All & ~Scopes.Admin));
        var model = await ann.GivenServedModelAsync(OnnxModels.Echo);
        var view = RenderAs<CaptureView>(Ann, p => p.Add(v => v.Name, model).Add(v => v.Permission, RegistryPermission.Manage));
        view.WaitForAssertion(() => Assert.Contains("Choose a share above", view.Markup, StringComparison.Ordinal), Soon);
        view.WaitForAssertion(() => Assert.Contains("carries no training sample", view.Markup, StringComparison.Ordinal), Soon);

        view.Find("#c-share").Change("100");
        view.Find("#c-redacted").Change("a, b");
        await view.Find("form").SubmitAsync();
        view.WaitForAssertion(() => Assert.Contains("Saved", view.Find(".notice.good").TextContent, StringComparison.Ordinal), Soon);
        Assert.Equal(["a", "b"], (await The<CapturedRequests>().GetAsync(Ann, model, default)).Settings.RedactedColumns);
        view.Find("#c-redacted").Change("");
        await view.Find("form").SubmitAsync();
        var answer = await ann.InvokeAsync(model, "1", """{"inputs": {"whole": [1], "text": ["<b>bold</b>"], "truth": [true], "real": [0.5]}}""");
        Assert.True(answer.Status == 200, answer.Text);

        view.WaitForAssertion(() => Assert.Contains("bold", view.Find(".captured pre").TextContent, StringComparison.Ordinal), Soon);
        Assert.Empty(view.FindAll(".captured b"));
        Assert.Empty(view.FindAll(".capture-lost"));
        await ann.InvokeAsync(model, "1", """{"dataframe_split": {"columns": ["whole", "text"], "data": [[1]]}}""");
        view.WaitForAssertion(() => Assert.Equal("Not kept since the hub started: 1 malformed, such as rows with more or fewer values than columns.", view.Find(".capture-lost").TextContent), Soon);
        await view.FindAll("button").Single(b => b.TextContent.Trim() == "Delete all…").ClickAsync(new());
        await view.WaitForElement(".confirm-ask .danger-solid", Soon).ClickAsync(new());
        view.WaitForAssertion(() => Assert.Contains("Nothing is kept", view.Markup, StringComparison.Ordinal), Soon);
    }

    [Fact]
    public async Task A_reviewer_starts_a_duel_and_reads_how_it_went()
    {
        using var ann = Hub.Bearer(await Hub.GivenTokenAsync(Ann, Scopes.All & ~Scopes.Admin));
        var model = await ann.GivenServedModelAsync(OnnxModels.Sum, ServedModelCalls.TwoDoubles);
        await ann.GivenOnnxVersionAsync(model, OnnxModels.Product, ServedModelCalls.TwoDoubles);
        await ann.MoveAsync(model, "1", "Production");
        var id = (await The<ModelVersions>().GetAsync(Ann, new(model, 2), default)).Model.Id;
        var before = RenderAs<DuelCard>(Ann, p => p.Add(c => c.ModelId, id).Add(c => c.Name, model).Add(c => c.Number, 2));
        before.WaitForAssertion(() => Assert.Contains("nothing to replay", before.Markup, StringComparison.Ordinal), Soon);
        Assert.Empty(before.FindAll("form"));

        await ann.SetCaptureAsync(model);
        await ann.InvokeAsync(model, "1", """{"dataframe_split": {"columns": ["a", "b"], "data": [[2, 2], [3, 5]]}}""");
        await ann.CapturedAsync(model, until: n => n == 1);
        var card = RenderAs<DuelCard>(Ann, p => p.Add(c => c.ModelId, id).Add(c => c.Name, model).Add(c => c.Number, 2));
        await card.WaitForElement("form", Soon).SubmitAsync();
        card.WaitForAssertion(() => Assert.Contains("50 %", card.Find(".duel-sum").TextContent, StringComparison.Ordinal), Soon);

        var page = RenderAs<DuelTab>(Ann, p => p.Add(t => t.Name, model).Add(t => t.Number, 2));
        page.WaitForAssertion(() => Assert.Contains("1 of 2 answers", page.Find(".duel-big").TextContent, StringComparison.Ordinal), Soon);
        Assert.Equal(["8", "15"], page.FindAll(".duel-answers dd").Select(d => d.TextContent));
        Assert.Equal(["3", "5"], page.FindAll(".duel-input dd").Select(d => d.TextContent));
        Assert.Equal(2, page.FindAll(".duel-shifts rect").Count);

        var reader = await Hub.GivenUserAsync("rita");
        await using (var db = Hub.Open())
        {
            await db.GivenGrantAsync(db.RegisteredModels.Single(m => m.Name == model), reader, RegistryPermission.Read);
        }

        var theirs = RenderAs<DuelTab>(reader, p => p.Add(t => t.Name, model).Add(t => t.Number, 2));
        theirs.WaitForAssertion(() => Assert.Contains("shown to those who manage the model", theirs.Markup, StringComparison.Ordinal), Soon);
        Assert.Empty(theirs.FindAll(".duel-input"));
        var read = RenderAs<DuelCard>(reader, p => p.Add(c => c.ModelId, id).Add(c => c.Name, model).Add(c => c.Number, 2));
        read.WaitForElement(".duel-sum", Soon);
        Assert.Empty(read.FindAll("form"));
        var list = RenderAs<CheckList>(Ann, p => p.Add(l => l.Checks, The<Checks>().ListAsync(Ann, new(model, 2), default).Result));
        Assert.DoesNotContain("minimumAgreement", list.Markup, StringComparison.Ordinal);
    }
}
