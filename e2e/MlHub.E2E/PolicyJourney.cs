using System.Text.RegularExpressions;
using MlHub.Access;
using MlHub.E2E.Pages;
using static Microsoft.Playwright.Assertions;

namespace MlHub.E2E;

/// <summary>What the team agreed on is kept by the hub: no approval before the rules are met, and everybody sees when they are.</summary>
public sealed class PolicyJourney(TheStage stage) : IClassFixture<TheStage>
{
    [Fact]
    public async Task An_approval_waits_for_the_rules_and_a_bot_meets_them_before_everybodys_eyes()
    {
        using var emma = await stage.GivenPeopleAsync();
        await stage.GivenVersionsAsync(emma);
        await TheRegistry.SetPolicyAsync(emma, new
        {
            approvals = 1,
            four_eyes = true,
            required_tags = new[] { new { key = "gdpr_review", value = "passed" } },
            required_checks = new[] { new { name = "bias-audit" } },
        });
        using var dana = stage.Hub.Basic("dana", TestHub.Password);
        await dana.CallAsync("/transition-requests/create", new { name = TheRegistry.Model, version = "2", stage = "Production", comment = "Ready." });
        var page = await stage.SignInAsync("omar");
        var omar = new VersionPage(page);
        await omar.OpenAsync(TheRegistry.Model, 2);

        await Expect(omar.Approve).ToBeDisabledAsync();
        await Expect(omar.Review).ToContainTextAsync("Approving waits for: Tag gdpr_review, Check bias-audit");
        await Expect(omar.Rule("Check bias-audit")).ToHaveClassAsync(new Regex("unmet"));
        using var forced = stage.Hub.Basic("omar", TestHub.Password);
        var refused = await forced.PostedAsync("/transition-requests/approve", new { name = TheRegistry.Model, version = "2", stage = "Production", archive_existing_versions = true });
        Assert.Contains("bias-audit", refused.Message, StringComparison.Ordinal);
        Assert.Contains("gdpr_review", refused.Message, StringComparison.Ordinal);

        await omar.Review.GetByPlaceholder("Comment").FillAsync("Rules are rules.");
        var owner = await BotAsync();
        using var bot = stage.Hub.Bearer(await stage.Hub.GivenTokenAsync(owner));
        await TheRegistry.ReportAsync(bot, "bias-audit", "PASSED", "14 groups, none stands out");
        await Expect(omar.Rule("Check bias-audit")).ToHaveClassAsync(new Regex("rule met"), new() { Timeout = 1000 });
        await bot.CallAsync("/model-versions/set-tag", new { name = TheRegistry.Model, version = "2", key = "gdpr_review", value = "passed" });
        await Expect(omar.Rule("Tag gdpr_review")).ToHaveClassAsync(new Regex("rule met"), new() { Timeout = 1000 });

        await Expect(omar.Review.GetByPlaceholder("Comment")).ToHaveValueAsync("Rules are rules.");
        await omar.Approve.ClickAsync();
        await Expect(omar.Stage).ToHaveTextAsync("Production", new() { Timeout = 1000 });
        Assert.Empty(stage.Complaints);
    }

    private async Task<Caller> BotAsync()
    {
        await using var db = stage.Hub.Open();
        var user = db.Users.Single(u => u.UserName == "bot");
        return new Caller(user.Id, "bot");
    }
}
