using Microsoft.Extensions.DependencyInjection;
using MlHub.Web.Account;
using MlHub.Web.Shell;

namespace MlHub.Web.Tests.Account;

public sealed class SecondFactorRuleTests
{
    [Theory]
    [InlineData(SecondFactorRule.Optional, false, false)]
    [InlineData(SecondFactorRule.Administrators, false, true)]
    [InlineData(SecondFactorRule.Everyone, true, true)]
    public void The_rule_says_who_must_have_one(SecondFactorRule rule, bool member, bool admin)
    {
        Assert.Equal((member, admin), (rule.Demands(new() { UserName = "m" }), rule.Demands(new() { UserName = "a", IsAdmin = true })));
        Assert.False(rule.Demands(new() { UserName = "bot", IsServiceAccount = true }));
    }

    [Fact]
    public async Task Who_must_have_one_can_do_nothing_else_before()
    {
        var clock = Visitor.ClockOfToday();
        using var hub = new TestHub(("MlHub:SecondFactor", "Administrators")) { Replace = s => s.AddSingleton<TimeProvider>(clock) };
        await hub.GivenUserAsync("ada", isAdmin: true);
        await hub.GivenUserAsync("ann");
        using var ada = new Visitor(hub);
        using var ann = new Visitor(hub);
        await ada.SignInAsync("ada");
        await ann.SignInAsync("ann");

        foreach (var page in new[] { HubUrls.Account, HubUrls.Tokens, HubUrls.Experiments(), "/get-artifact?run_id=x&path=y" })
        {
            Assert.Equal((302, HubUrls.SecondFactor), await ada.GetAsync(page) is var led ? (led.Status, led.Location) : default);
        }

        Assert.Equal(403, (int)(await ada.Browser.PostAsync(HubUrls.Tokens, new FormUrlEncodedContent([]))).StatusCode);
        Assert.Equal(401, (await hub.Basic("ada", TestHub.Password).GotAsync("/experiments/search?max_results=1")).Status);
        Assert.Equal(200, (await ann.GetAsync(HubUrls.Account)).Status);
        Assert.Equal(200, (await ada.GetAsync(HubUrls.SecondFactor)).Status);

        var (key, _) = await ada.SetUpSecondFactorAsync(clock);
        clock.Advance(TimeSpan.FromSeconds(30));
        var off = await ada.SubmitAsync(
            HubUrls.SecondFactor, "change", ("Ask.Action", "off"), ("Ask.Password", TestHub.Password), ("Ask.Code", Visitor.CodeOf(key, clock)));

        Assert.Equal(200, (await ada.GetAsync(HubUrls.Account)).Status);
        Assert.Contains("This hub asks your account for a second factor.", off.Html);
    }
}
