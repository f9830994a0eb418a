using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Protocol;
using MlHub.Web.Api;
using MlHub.Web.Tests.Api;

namespace MlHub.Web.Tests.Calls;

/// <summary>A valid call of <see cref="CallTable"/> as its fields, each of which can be left out or replaced.</summary>
public sealed record FieldedCall(string Name, HttpMethod Method, string Path, JsonObject Query, JsonNode? Body, CallTable.Sample Sample, JsonTypeInfo? Message)
{
    public bool IsInQuery => Body is not JsonObject;

    /// <summary>What the sample says, by name.</summary>
    public JsonObject Fields => Body as JsonObject ?? Query;

    /// <summary>Each call once, under the first of its prefixes.</summary>
    public static List<FieldedCall> All(TestHub hub, CallTable.Target target)
    {
        var messages = hub.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(e => (e.RoutePattern.RawText, Messages: e.Metadata.GetMetadata<CallMessages>(), Methods: e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []))
            .Where(e => e.Messages is not null)
            .SelectMany(e => e.Methods.Select(m => (Key: $"{m} {e.RawText}", e.Messages!.Request))).ToDictionary(e => e.Key, e => e.Request);
        return
        [
            // What is sent to a model is no message of ours.
            .. WalkedEndpoint.Calls(hub, target).Where(c => !new[] { "/ajax-api/", "/model/", "/serving-endpoints/", "/v2" }.Any(p => c.Endpoint.Pattern.StartsWith(p, StringComparison.Ordinal))).Select(c =>
            {
                var (path, query) = c.Url.Split('?') is [var before, var after] ? (before, after) : (c.Url, "");
                var request = messages.GetValueOrDefault($"{c.Endpoint.Method} {c.Endpoint.Pattern}");
                return new FieldedCall(
                    $"{c.Endpoint.Method} {c.Endpoint.Call}", new(c.Endpoint.Method), path, Parsed(query), c.Sample.Body is null ? null : JsonSerializer.SerializeToNode(c.Sample.Body),
                    c.Sample, request is null ? null : WireJson.Default.GetTypeInfo(request));
            }),
        ];
    }

    public FieldedCall Without(string field) => Changed(fields => fields.Remove(field));

    /// <param name="value">JSON; in a query its text.</param>
    public FieldedCall With(string field, string value) => Changed(fields => fields[field] = IsInQuery ? (JsonNode)value : JsonNode.Parse(value));

    public Task<Answer> AskAsync(HttpClient caller) => caller.AskAsync(Method, Path + Written(Query), Body is JsonValue text ? (string?)text : Body?.ToJsonString());

    private FieldedCall Changed(Action<JsonObject> change)
    {
        var copy = this with { Query = Query.DeepClone().AsObject(), Body = Body?.DeepClone() };
        change(copy.Fields);
        return copy;
    }

    private static JsonObject Parsed(string query) =>
        new(QueryHelpers.ParseQuery(query).Select(q => KeyValuePair.Create(q.Key, q.Value.Count == 1 ? (JsonNode?)q.Value[0] : new JsonArray([.. q.Value.Select(v => (JsonNode?)v)]))));

    private static string Written(JsonObject query) => QueryHelpers.AddQueryString(
        "", query.SelectMany(q => (q.Value as JsonArray ?? [q.Value?.DeepClone()]).Select(v => KeyValuePair.Create(q.Key, v?.ToString()))));
}
