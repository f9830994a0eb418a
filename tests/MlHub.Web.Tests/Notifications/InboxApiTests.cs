using System.Text.Json.Nodes;
using MlHub.Access;
using MlHub.Web.Tests.Registry;

namespace MlHub.Web.Tests.Notifications;

/// <summary>What happens in the registry reaches the inboxes of those who follow it.</summary>
public sealed class InboxApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private const string Own = "/api/2.0/mlhub";

    [Fact]
    public async Task A_follower_hears_of_a_new_version_reads_it_and_mutes_the_model()
    {
        var model = await hub.Ann.GivenModelAsync();
        var (rita, _) = await ReaderAsync(model);
        var followed = await rita.AskAsync(HttpMethod.Post, $"{Own}/follows/set-model", new { name = model, level = "all" });
        await hub.Ann.GivenVersionAsync(model, "weights");

        var told = await ToldAsync(rita, 1);
        await rita.AskAsync(HttpMethod.Post, $"{Own}/inbox/mark-read", new { ids = new[] { (long)told[0]!["id"]! } });
        var after = (await rita.AskAsync(HttpMethod.Get, $"{Own}/inbox/list")).Json;
        var muted = await rita.AskAsync(HttpMethod.Post, $"{Own}/follows/set-model", new { name = model, level = "MUTED" });
        var version = await rita.AskAsync(HttpMethod.Get, $"{Own}/follows/get?name={model}&version=1");

        Assert.Equal("ALL", (string)followed.Json["level"]!);
        Assert.Equal(("version.created", $"ann registered {model} version 1", model, "1", false), Line(told[0]!));
        Assert.Equal((0, true), ((int)after["unread_count"]!, (bool)after["notifications"]![0]!["read"]!));
        Assert.Equal("MUTED", (string)muted.Json["level"]!);
        Assert.False((bool)version.Json["follows_version"]!);
    }

    [Theory]
    [InlineData("follows/set-model", """{"name":"MODEL","level":"LOUD"}""", 400)]
    [InlineData("follows/set-model", """{"name":"MODEL"}""", 400)]
    [InlineData("follows/set-model", """{"name":"nothing","level":"ALL"}""", 404)]
    [InlineData("follows/set-version", """{"name":"MODEL","version":"9","follow":true}""", 404)]
    [InlineData("follows/set-version", """{"name":"MODEL","version":"one","follow":true}""", 400)]
    [InlineData("inbox/mark-read", "{}", 400)]
    [InlineData("inbox/mark-read", """{"ids":[1],"up_to":2}""", 400)]
    public async Task Bad_input_is_refused(string call, string body, int status)
    {
        var model = await hub.Ann.GivenModelAsync();

        var answer = await hub.Ann.AskAsync(HttpMethod.Post, $"{Own}/{call}", body.Replace("MODEL", model, StringComparison.Ordinal));

        Assert.Equal(status, answer.Status);
    }

    [Fact]
    public async Task Pages_of_an_inbox_are_bounded()
    {
        Assert.Equal(400, (await hub.Ann.AskAsync(HttpMethod.Get, $"{Own}/inbox/list?max_results=201")).Status);
        Assert.Equal(400, (await hub.Ann.AskAsync(HttpMethod.Get, $"{Own}/inbox/list?page_token=x")).Status);
    }

    private async Task<(HttpClient Client, Caller Caller)> ReaderAsync(string model)
    {
        var rita = await hub.GivenUserAsync($"rita{Guid.NewGuid():N}");
        await using var db = hub.Open();
        await db.GivenGrantAsync(db.RegisteredModels.Single(m => m.Name == model), rita, RegistryPermission.Read);
        return (hub.Bearer(await hub.GivenTokenAsync(rita)), rita);
    }

    private static async Task<JsonArray> ToldAsync(HttpClient client, int count)
    {
        JsonArray told = [];
        await Eventually.TrueAsync(async () =>
        {
            told = (await client.AskAsync(HttpMethod.Get, $"{Own}/inbox/list?unread_only=true")).Json["notifications"] as JsonArray ?? [];
            return told.Count >= count;
        });
        Assert.Equal(count, told.Count);
        return told;
    }

    private static (string?, string?, string?, string?, bool) Line(JsonNode line) =>
        ((string?)line["kind"], (string?)line["text"], (string?)line["model_name"], (string?)line["version"], (bool)line["read"]!);
}
