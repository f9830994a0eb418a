using System.Text.Json.Nodes;

namespace MlHub.Web.Tests.Api;

public sealed class OpenApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Fact]
    public async Task The_document_tells_every_call_once_with_its_messages()
    {
        var document = await DocumentAsync();
        var told = document["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject().Select(o => $"{o.Key.ToUpperInvariant()} {p.Key}")).Where(c => !c.StartsWith("HEAD ", StringComparison.Ordinal)).ToList();

        Assert.Equal("3.1.0", (string?)document["openapi"]);
        Assert.Equal(WalkedEndpoint.All(hub).Where(e => e.Pattern.StartsWith("/api/", StringComparison.Ordinal)).Select(e => $"{e.Method} {e.Pattern.Replace("**", "", StringComparison.Ordinal)}").Order(), told.Order());
        var logMetric = document["paths"]!["/api/2.0/mlflow/runs/log-metric"]!["post"]!;
        var message = Named(document, logMetric["requestBody"]!["content"]!["application/json"]!["schema"]!);
        Assert.Equal("integer", (string?)message["properties"]!["step"]!["type"]);
        Assert.Equal("string", (string?)message["properties"]!["key"]!["type"]);
        var getRun = document["paths"]!["/api/2.0/mlflow/runs/get"]!["get"]!;
        Assert.Contains(getRun["parameters"]!.AsArray(), p => (string?)p!["name"] == "run_id" && (string?)p["in"] == "query");
        Assert.NotNull(Named(document, getRun["responses"]!["200"]!["content"]!["application/json"]!["schema"]!)["properties"]!["run"]);
    }

    [Fact]
    public async Task Every_reference_leads_somewhere_and_no_two_calls_share_an_id()
    {
        var document = await DocumentAsync();
        var operations = document["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject().Select(o => o.Value!)).ToList();

        Assert.Equal(operations.Count, operations.Select(o => (string)o["operationId"]!).Distinct().Count());
        Assert.All(ReferencesIn(document), r => Assert.NotNull(Named(document, r)));
    }

    private async Task<JsonObject> DocumentAsync()
    {
        var answer = await hub.Ann.AskAsync(HttpMethod.Get, "/openapi.json");
        Assert.Equal(200, answer.Status);
        return answer.Json;
    }

    private static JsonNode Named(JsonNode document, JsonNode schema) =>
        schema["$ref"] is { } reference ? ((string)reference!).TrimStart('#', '/').Split('/').Aggregate(document, (node, key) => node[key]!) : schema;

    private static IEnumerable<JsonNode> ReferencesIn(JsonNode node) => node switch
    {
        JsonObject o when o["$ref"] is JsonValue => [o],
        JsonObject o => o.Where(p => p.Value is not null).SelectMany(p => ReferencesIn(p.Value!)),
        JsonArray a => a.Where(i => i is not null).SelectMany(i => ReferencesIn(i!)),
        _ => [],
    };
}
