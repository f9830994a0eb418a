using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MlHub.Access;
using MlHub.E2E.Pages;
using MlHub.Testing.Serving;
using MlHub.Web.Serving;
using MlHub.Web.Shell;
using static Microsoft.Playwright.Assertions;

namespace MlHub.E2E;

/// <summary>What an application really asked is asked of the next version before it is approved, and who approves it reads where it would have answered otherwise.</summary>
public sealed partial class DuelJourney(TheStage stage) : IClassFixture<TheStage>
{
    private const string Model = "duelled";

    [Fact]
    public async Task Kept_requests_are_replayed_when_a_colleague_asks_for_production_and_the_approver_sees_where_answers_differ()
    {
        await stage.Hub.GivenUserAsync("emma");
        await stage.Hub.GivenUserAsync("dana");
        using var emma = stage.Hub.Basic("emma", TestHub.Password);
        await GivenVersionsAsync(emma);
        using var application = stage.Hub.Bearer(await stage.Hub.GivenTokenAsync(await stage.Hub.GivenUserAsync("app"), Scopes.ServingInvoke));
        await ShareAsync(emma);
        var (emmasPage, danasPage) = (await stage.SignInAsync("emma"), await stage.SignInAsync("dana"));

        await emmasPage.GotoAsync(HubUrls.Serving(Model, ServingView.Data));
        await emmasPage.CircuitStandsAsync();
        await Expect(emmasPage.GetByText("Nothing is kept")).ToBeVisibleAsync();
        await emmasPage.GetByLabel("Share, in percent").FillAsync("100");
        await emmasPage.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(emmasPage.GetByText("Saved. It counts from now on.")).ToBeVisibleAsync();

        // Version 1 adds and version 2 multiplies: 2 + 2 = 2 · 2, and the last two rows differ.
        foreach (var row in Enumerable.Repeat("[2, 2]", 38).Append("[3, 5]").Append("[10, 10]"))
        {
            var answer = await application.InvokeAsync(Model, "Production", $$$"""{"dataframe_split": {"columns": ["a", "b"], "data": [{{{row}}}]}}""");
            Assert.True(answer.Status == 200, answer.Text);
        }

        await Expect(emmasPage.Locator(".capture-facts dd").First).ToHaveTextAsync("40");
        await Expect(emmasPage.Locator(".captured-line").First).ToHaveTextAsync("[[10,10]]");
        await TheStage.KeepPictureAsync(emmasPage, "duel data");

        var dana = new VersionPage(danasPage);
        await dana.OpenAsync(Model, 2);
        await dana.AskForAsync("Production", "It multiplies.");

        var approver = new VersionPage(emmasPage);
        await approver.OpenAsync(Model, 2);
        var duel = approver.Review.GetByRole(AriaRole.Region, new() { Name = "Shadow duel" });
        await Expect(duel).ToContainTextAsync("95 % of 40 answers equal to version 1’s");
        await duel.GetByRole(AriaRole.Link, new() { Name = "See where they differ" }).ClickAsync();
        await Expect(emmasPage.GetByRole(AriaRole.Region, new() { Name = "Version 2 against version 1" })).ToContainTextAsync("equal: 38 of 40 answers");
        await Expect(emmasPage.GetByRole(AriaRole.Region, new() { Name = "Numbers" }).GetByRole(AriaRole.Row, new() { Name = "sum" })).ToContainTextAsync("38 of 40");
        var largest = emmasPage.Locator(".duel-rows > li").First;
        await Expect(largest.Locator(".duel-answers dd")).ToHaveTextAsync(["20", "100"]);
        await Expect(largest.Locator(".duel-input dd")).ToHaveTextAsync(["10", "10"]);
        // Of a product a adds (a·b + a·E[b] − b·E[a] − E[a·b]) / 2, of a sum a − E[a]: with 38 times 2, then 3 and 10, that is 46.9125 − 7.775.
        var why = largest.GetByRole(AriaRole.Img, new() { Name = "Which columns make the difference, by SHAP" });
        await Expect(why.Locator("g").First).ToHaveTextAsync(First());
        await Expect(why.Locator("g").Last).ToHaveTextAsync(Last());
        await TheStage.KeepPictureAsync(emmasPage, "duel");

        await approver.ApproveAsync("The two rows are rare, and it is right about them.");
        await Expect(approver.Stage).ToHaveTextAsync("Production");
        await Expect(dana.Stage).ToHaveTextAsync("Production");
        await danasPage.GotoAsync(HubUrls.Version(Model, 2, "duel"));
        await Expect(danasPage.Locator(".duel-answers").First).ToContainTextAsync("100");
        await Expect(danasPage.GetByText("What was asked is shown to those who manage the model.").First).ToBeVisibleAsync();
        await Expect(danasPage.Locator(".duel-input")).ToHaveCountAsync(0);
        Assert.Empty(stage.Complaints);
    }

    /// <summary>Served; version 1 is in Production.</summary>
    private static async Task GivenVersionsAsync(HttpClient emma)
    {
        await emma.GivenOnnxVersionAsync(Model, OnnxModels.Sum, ServedModelCalls.TwoDoubles);
        await emma.GivenOnnxVersionAsync(Model, OnnxModels.Product, ServedModelCalls.TwoDoubles);
        await emma.MoveAsync(Model, "1", "Production");
        await emma.EnableServingAsync(Model);
    }

    /// <summary>Dana may change the model and the application may read it, and neither what callers sent.</summary>
    private static async Task ShareAsync(HttpClient emma)
    {
        var id = (string)(await emma.ReadAsync($"/databricks/registered-models/get?name={Model}"))["registered_model_databricks"]!["id"]!;
        var granted = await emma.AskAsync(HttpMethod.Patch, $"/api/2.0/permissions/registered-models/{id}", new
        {
            access_control_list = new[] { new { user_name = "dana", permission_level = "CAN_EDIT" }, new { user_name = "app", permission_level = "CAN_READ" } },
        });
        Assert.Equal(200, granted.Status);
    }

    [GeneratedRegex(@"a\s*\+39\.1375")]
    private static partial Regex First();

    [GeneratedRegex(@"b\s*\+38\.6875")]
    private static partial Regex Last();
}
