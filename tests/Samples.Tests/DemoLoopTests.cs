using System.Text.RegularExpressions;

namespace Samples.Tests;

/// <summary>The built hub plays the loop: it starts the bot and the chat itself, and takes them along when it ends.</summary>
public sealed partial class DemoLoopTests
{
    [Fact]
    public async Task The_demo_plays_the_loop_and_leaves_no_process_behind()
    {
        var data = Directory.CreateTempSubdirectory("mlhub-demo-").FullName;
        using var hub = HubProcess.Start(data, null, "demo");
        try
        {
            await Eventually.TrueAsync(
                () => hub.Output.Contains("model-gate asks to move sacramento-house-prices version 5 to Production", StringComparison.Ordinal)
                    && hub.Output.Contains("model-gate commented on sacramento-house-prices version 6", StringComparison.Ordinal),
                TimeSpan.FromMinutes(4));
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException(hub.Output, e);
        }

        Assert.Contains("Missing columns, which callers of version 2 in Production send: latitude, longitude", hub.Output, StringComparison.Ordinal);
        var programs = Listening().Matches(hub.Output).ToDictionary(m => m.Groups["who"].Value, m => m.Groups["where"].Value);
        Assert.Equal(["ChatReceiver", "ModelGate", "PriceSite"], programs.Keys.Order());
        using var http = new HttpClient();
        Assert.Contains("Review version 5", await http.GetStringAsync(programs["ChatReceiver"]), StringComparison.Ordinal);
        Assert.Contains("What is my home worth?", await (await http.GetAsync(programs["PriceSite"])).Content.ReadAsStringAsync(), StringComparison.Ordinal);

        hub.Kill();

        foreach (var address in programs.Values)
        {
            await Eventually.TrueAsync(async () => await IsGoneAsync(http, address));
        }

        Directory.Delete(data, recursive: true);
    }

    private static async Task<bool> IsGoneAsync(HttpClient http, string address)
    {
        try
        {
            await http.GetStringAsync(address);
            return false;
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.ResponseEnded)
        {
            return true;
        }
    }

    [GeneratedRegex(@"^(?<who>\w+) +\| .*Now listening on: (?<where>http\S+)", RegexOptions.Multiline)]
    private static partial Regex Listening();
}
