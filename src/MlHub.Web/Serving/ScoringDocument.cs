using System.Text.Json.Nodes;
using MlHub.Scoring.Signatures;
using MlHub.Serving;
using MlHub.Web.Shell;

namespace MlHub.Web.Serving;

/// <summary>An endpoint of a served model as an OpenAPI 3.1 document, made from the model's signature (https://spec.openapis.org/oas/v3.1.0).</summary>
internal static class ScoringDocument
{
    public static JsonObject Of(string name, string selector, DescribedVersion version) => new()
    {
        ["openapi"] = "3.1.0",
        ["info"] = new JsonObject { ["title"] = name, ["version"] = $"{version.Number}", ["description"] = "MLflow's scoring protocol, as MlHub serves it." },
        ["paths"] = new JsonObject
        {
            [HubUrls.Invocations(name, selector)] = new JsonObject
            {
                ["post"] = new JsonObject
                {
                    ["operationId"] = "invoke",
                    ["requestBody"] = new JsonObject
                    {
                        ["required"] = true,
                        ["content"] = new JsonObject { ["application/json"] = Content(version), ["text/csv"] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "string" } } },
                    },
                    ["responses"] = new JsonObject
                    {
                        ["200"] = new JsonObject
                        {
                            ["description"] = "What the model predicts: a record for each row of a table, an object of tensors for tensors.",
                            ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = Object(("predictions", Predictions(version), true)) } },
                        },
                        ["default"] = new JsonObject
                        {
                            ["description"] = "Refused.",
                            ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = Object(("error_code", Plain("string"), true), ("message", Plain("string"), true)) } },
                        },
                    },
                },
            },
        },
        ["components"] = new JsonObject { ["securitySchemes"] = new JsonObject { ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" } } },
        ["security"] = new JsonArray(new JsonObject { ["token"] = new JsonArray() }),
    };

    private static JsonObject Content(DescribedVersion version)
    {
        JsonObject content = new() { ["schema"] = Request(version) };
        if (version.Example is { } example)
        {
            content["example"] = JsonNode.Parse(example);
        }

        return content;
    }

    private static JsonObject Request(DescribedVersion version)
    {
        var inputs = Fields(version, SignaturePart.Inputs);
        var parameters = Fields(version, SignaturePart.Parameters);
        if (inputs.Count == 0)
        {
            return Object([("inputs", new JsonObject(), true), .. Params()]);
        }

        return inputs.All(f => f.Type is TensorType)
            ? Object([("inputs", inputs is [{ HasName: false } only] ? TypeOf(only.Type) : Record(inputs), true), .. Params()])
            : new JsonObject
            {
                ["oneOf"] = new JsonArray(
                    Object([("dataframe_records", List(Record(inputs)), true), .. Params()]),
                    Object([("dataframe_split", Split(inputs), true), .. Params()])),
            };

        // Made anew for each place that it stands in: a node has one parent.
        (string, JsonNode, bool)[] Params() => parameters.Count > 0 ? [("params", Record(parameters), false)] : [];
    }

    private static JsonObject Split(IReadOnlyList<SignatureField> inputs) => Object(
        ("columns", List(new() { ["enum"] = new JsonArray([.. inputs.Select(f => (JsonNode)f.Name)]) }), true),
        ("data", List(new() { ["type"] = "array" }), true));

    private static JsonObject Predictions(DescribedVersion version) =>
        Fields(version, SignaturePart.Inputs) is { Count: > 0 } inputs && inputs.All(f => f.Type is not TensorType) ? List(new() { ["type"] = "object" }) : Plain("object");

    private static IReadOnlyList<SignatureField> Fields(DescribedVersion version, SignaturePart part) => version.Signature.FirstOrDefault(p => p.Part == part).Fields ?? [];

    private static JsonObject Record(IReadOnlyList<SignatureField> fields) => Object([.. fields.Select(f => (f.Name, (JsonNode)TypeOf(f.Type), f.Required))]);

    private static JsonObject TypeOf(SignatureType type) => type switch
    {
        TensorType tensor => tensor.Shape.Aggregate(Number(tensor.Element), (inner, _) => List(inner)),
        ListType list => List(TypeOf(list.Item)),
        MapType map => new() { ["type"] = "object", ["additionalProperties"] = TypeOf(map.Value) },
        ObjectType whole => Record(whole.Properties),
        PlainType plain => Number(plain.Name),
        _ => [],
    };

    private static JsonObject Number(string name) => name switch
    {
        "integer" or "int32" => new() { ["type"] = "integer", ["format"] = "int32" },
        "long" or "int64" => new() { ["type"] = "integer", ["format"] = "int64" },
        "float" or "float32" => new() { ["type"] = "number", ["format"] = "float" },
        "double" or "float64" => new() { ["type"] = "number", ["format"] = "double" },
        "boolean" or "bool" => Plain("boolean"),
        "string" or "str" => Plain("string"),
        "datetime" => new() { ["type"] = "string", ["format"] = "date-time" },
        "binary" => new() { ["type"] = "string", ["contentEncoding"] = "base64" },
        _ => [],
    };

    private static JsonObject Plain(string type) => new() { ["type"] = type };

    private static JsonObject List(JsonObject item) => new() { ["type"] = "array", ["items"] = item };

    private static JsonObject Object(params (string Name, JsonNode Schema, bool Required)[] fields) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject([.. fields.Select(f => KeyValuePair.Create<string, JsonNode?>(f.Name, f.Schema))]),
        ["required"] = new JsonArray([.. fields.Where(f => f.Required).Select(f => (JsonNode)f.Name)]),
    };
}
