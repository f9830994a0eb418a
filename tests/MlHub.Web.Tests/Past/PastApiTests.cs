using System.Text.Json.Nodes;
using MlHub.Web.Tests.Registry;

namespace MlHub.Web.Tests.Past;

/// <summary>The registry's own calls with <c>as_of</c>, and who was in which stage when.</summary>
public sealed class PastApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Fact]
    public async Task Reads_as_of_an_instant_show_what_there_was_then()
    {
        var early = Now();
        await Task.Delay(20);
        var model = await hub.Ann.GivenModelAsync();
        await hub.Ann.GivenVersionAsync(model, "weights");
        await hub.Ann.CallAsync("/registered-models/alias", new { name = model, alias = "champion", version = "1" });
        await hub.Ann.CallAsync("/model-versions/transition-stage", new { name = model, version = "1", stage = "Staging", archive_existing_versions = false });
        var then = Now();
        await Task.Delay(20);
        await hub.Ann.GivenVersionAsync(model, "weights");
        await hub.Ann.CallAsync("/registered-models/alias", new { name = model, alias = "champion", version = "2" });
        await hub.Ann.CallAsync("/model-versions/transition-stage", new { name = model, version = "1", stage = "Archived", archive_existing_versions = false });

        var past = (await hub.Ann.GotAsync($"/registered-models/get?name={model}&as_of={then}")).Json["registered_model"]!;
        var version = (await hub.Ann.GotAsync($"/model-versions/get?name={model}&version=1&as_of={then}")).Json["model_version"]!;
        var alias = (await hub.Ann.GotAsync($"/registered-models/alias?name={model}&alias=champion&as_of={then}")).Json["model_version"]!;
        var latest = (await hub.Ann.GotAsync($"/registered-models/get-latest-versions?name={model}&stages=Staging&as_of={then}")).Json["model_versions"]!;
        var today = (await hub.Ann.GotAsync($"/model-versions/get?name={model}&version=1")).Json["model_version"]!;

        Assert.Equal(("champion", "1"), ((string)past["aliases"]![0]!["alias"]!, (string)past["aliases"]![0]!["version"]!));
        Assert.Equal("Staging", (string)Assert.Single(past["latest_versions"]!.AsArray())!["current_stage"]!);
        Assert.Equal(("Staging", "1", "Archived"), ((string)version["current_stage"]!, (string)alias["version"]!, (string)today["current_stage"]!));
        Assert.Equal("1", (string)Assert.Single(latest.AsArray())!["version"]!);
        Assert.Equal(404, (await hub.Ann.GotAsync($"/model-versions/get?name={model}&version=2&as_of={then}")).Status);
        Assert.Contains("not yet created", (await hub.Ann.GotAsync($"/registered-models/get?name={model}&as_of={early}")).Message, StringComparison.Ordinal);
        Assert.Equal(400, (await hub.Ann.GotAsync($"/registered-models/get?name={model}&as_of={then + 86_400_000}")).Status);
        Assert.Equal(404, (await hub.Bob.GotAsync($"/registered-models/get?name={model}&as_of={then}")).Status);
    }

    [Fact]
    public async Task The_stages_of_a_model_are_told_in_bands()
    {
        var model = await hub.Ann.GivenModelAsync();
        await hub.Ann.GivenVersionAsync(model, "weights");
        await hub.Ann.CallAsync("/model-versions/transition-stage", new { name = model, version = "1", stage = "Production", archive_existing_versions = false });

        var bands = (await hub.Ann.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/registered-models/stage-history?name={model}")).Json["bands"]!.AsArray();

        Assert.Equal(["None", "Production"], bands.Select(b => (string)b!["stage"]!));
        Assert.Equal((long)bands[0]!["until"]!, (long)bands[1]!["from"]!);
        Assert.Null((JsonNode?)bands[1]!["until"]);
        Assert.Equal("ann", (string)bands[1]!["user_id"]!);
    }

    private static long Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
}
