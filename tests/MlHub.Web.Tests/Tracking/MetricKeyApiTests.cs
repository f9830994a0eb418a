namespace MlHub.Web.Tests.Tracking;

public sealed class MetricKeyApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Theory]
    [InlineData("train/loss")]
    [InlineData("a b:c-d_e.f")]
    [InlineData("Genauigkeit-äöü")]
    [InlineData("m.")]
    public async Task A_key_may_hold_letters_digits_and_some_signs(string key)
    {
        var (_, run) = await hub.GivenRunAsync();

        var answer = await hub.Ann.PostedAsync("/runs/log-metric", new { run_id = run, key, value = 1, timestamp = 1 });
        var history = await hub.Ann.GotAsync($"/metrics/get-history?run_id={run}&metric_key={Uri.EscapeDataString(key)}");

        Assert.Equal((200, key), (answer.Status, (string?)history.Json["metrics"]![0]!["key"]));
    }

    [Theory]
    [InlineData("a;b")]
    [InlineData("a\n")]
    [InlineData("100%")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("😀")]
    [InlineData("../a")]
    [InlineData("/a")]
    [InlineData("a//b")]
    [InlineData("./a")]
    [InlineData("a/..")]
    [InlineData(".")]
    [InlineData("a/")]
    public async Task Other_keys_are_refused(string key)
    {
        var (_, run) = await hub.GivenRunAsync();

        var answer = await hub.Ann.PostedAsync("/runs/log-metric", new { run_id = run, key, value = 1, timestamp = 1 });

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
    }
}
