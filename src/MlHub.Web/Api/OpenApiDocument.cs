using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.RegularExpressions;
using MlHub.Web.Startup;

namespace MlHub.Web.Api;

/// <summary>
/// The API as an OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.0), made from the endpoints and messages of the running
/// application. Each call is told once, under <c>/api/2.0</c>.
/// </summary>
public sealed partial class OpenApiDocument(EndpointDataSource endpoints)
{
    private const string Prefix = "/api/2.0";

    private static readonly JsonSchemaExporterOptions SchemaOptions = new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Describe };

    public JsonObject Make()
    {
        JsonObject paths = [], schemas = new() { [nameof(ErrorResponse)] = SchemaOf(typeof(ErrorResponse)) };
        foreach (var endpoint in endpoints.Endpoints.OfType<RouteEndpoint>().Where(e => e.RoutePattern.RawText!.StartsWith(Prefix, StringComparison.Ordinal)).OrderBy(e => e.RoutePattern.RawText, StringComparer.Ordinal))
        {
            var path = endpoint.RoutePattern.RawText!.Replace("{**", "{", StringComparison.Ordinal);
            foreach (var method in endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods)
            {
                var item = paths[path]?.AsObject() ?? [];
                item[method.ToLowerInvariant()] = Operation(method, path, endpoint, schemas);
                paths[path] = item;
            }
        }

        return new()
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "MlHub", ["version"] = ProductVersion.MlflowCompatible, ["description"] = "MLflow's REST API, and MlHub's own calls under /mlhub." },
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = schemas,
                ["securitySchemes"] = new JsonObject
                {
                    ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" },
                    ["password"] = new JsonObject { ["type"] = "http", ["scheme"] = "basic" },
                },
            },
            ["security"] = new JsonArray(new JsonObject { ["token"] = new JsonArray() }, new JsonObject { ["password"] = new JsonArray() }),
        };
    }

    private static JsonObject Operation(string method, string path, RouteEndpoint endpoint, JsonObject schemas)
    {
        var messages = endpoint.Metadata.GetMetadata<CallMessages>();
        var parameters = new JsonArray([.. PathParameter().Matches(path).Select(m => Parameter(m.Groups[1].Value, "path", new() { ["type"] = "string" }, required: true))]);
        var operation = new JsonObject
        {
            ["operationId"] = $"{method.ToLowerInvariant()}{string.Concat(Word().Matches(path[Prefix.Length..]).Select(w => char.ToUpperInvariant(w.Value[0]) + w.Value[1..]))}",
            ["tags"] = new JsonArray(path[(Prefix.Length + 1)..].Split('/')[0]),
            ["description"] = $"Needs the scope {endpoint.Metadata.GetRequiredMetadata<DeclaredAccess>().Scope}.",
            ["parameters"] = parameters,
            ["responses"] = new JsonObject
            {
                ["200"] = new JsonObject { ["description"] = "Done.", ["content"] = messages is null ? null : Json(messages.Response, schemas) },
                ["default"] = new JsonObject { ["description"] = "Refused.", ["content"] = Json(typeof(ErrorResponse), schemas) },
            },
        };
        if (messages is not null && method == "GET")
        {
            schemas.TryAdd(messages.Request.Name, SchemaOf(messages.Request));
            foreach (var (name, schema) in schemas[messages.Request.Name]!["properties"]?.AsObject() ?? [])
            {
                parameters.Add(Parameter(name, "query", schema!.DeepClone().AsObject(), required: false));
            }
        }
        else if (messages is not null)
        {
            operation["requestBody"] = new JsonObject { ["content"] = Json(messages.Request, schemas) };
        }

        return WithoutNulls(operation);
    }

    private static JsonObject Parameter(string name, string place, JsonObject schema, bool required) =>
        new() { ["name"] = name, ["in"] = place, ["required"] = required, ["schema"] = schema };

    private static JsonObject Json(Type message, JsonObject schemas)
    {
        schemas.TryAdd(message.Name, SchemaOf(message));
        return new() { ["application/json"] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = $"#/components/schemas/{message.Name}" } } };
    }

    private static JsonObject SchemaOf(Type message)
    {
        var schema = WireJson.Default.GetTypeInfo(message)!.GetJsonSchemaAsNode(SchemaOptions) as JsonObject ?? new() { ["type"] = "object" };
        Root(schema, $"#/components/schemas/{message.Name}");
        return schema;
    }

    /// <summary>The exporter's references count from the schema; here it lies within the document.</summary>
    private static void Root(JsonNode? node, string root)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } part when part["$ref"] is JsonValue reference:
                part["$ref"] = root + ((string)reference!)[1..];
                break;
            case JsonObject part:
                part.ToList().ForEach(p => Root(p.Value, root));
                break;
            case JsonArray list:
                list.ToList().ForEach(i => Root(i, root));
                break;
        }
    }

    /// <summary>Says what the lenient converters read, of which the exporter knows nothing.</summary>
    private static JsonNode Describe(JsonSchemaExporterContext context, JsonNode schema)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        return type == typeof(long) ? new JsonObject { ["type"] = "integer", ["format"] = "int64" }
            : type == typeof(double) ? new JsonObject { ["type"] = new JsonArray("number", "string"), ["description"] = "NaN and the infinities are texts." }
            : type == typeof(bool) ? new JsonObject { ["type"] = "boolean" }
            : type == typeof(string) ? new JsonObject { ["type"] = "string" }
            : schema;
    }

    private static JsonObject WithoutNulls(JsonObject operation)
    {
        foreach (var response in operation["responses"]!.AsObject().Select(r => r.Value!.AsObject()).Where(r => r["content"] is null))
        {
            response.Remove("content");
        }

        return operation;
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex PathParameter();

    [GeneratedRegex("[A-Za-z0-9]+")]
    private static partial Regex Word();
}
