using System.Text.Json;

namespace MlHub.Scoring.Signatures;

/// <summary>
/// The type of a field of a signature, in the words of MLflow's schema (docs of <c>mlflow.types.schema</c>): a plain type such as
/// <c>long</c>, a tensor such as <c>float64[-1,13]</c>, or one made of others.
/// </summary>
public abstract record SignatureType
{
    /// <summary>What a plain type is called that holds every value.</summary>
    public const string Any = "any";

    private const int MostDepth = 16;

    /// <summary>Reads the JSON of a column, a tensor or a param; what it cannot tell is a plain type without a name.</summary>
    public static SignatureType Read(JsonElement field) => Read(field, MostDepth);

    private static SignatureType Read(JsonElement field, int depth)
    {
        if (depth == 0 || field.ValueKind != JsonValueKind.Object)
        {
            return new PlainType("");
        }

        if (field.TryGetProperty("tensor-spec", out var tensor) && tensor.ValueKind == JsonValueKind.Object)
        {
            return new TensorType(Text(tensor, "dtype"), Shape(tensor));
        }

        return Text(field, "type") switch
        {
            "array" => new ListType(Part(field, "items", depth)),
            "map" => new MapType(Part(field, "values", depth)),
            "object" => new ObjectType(Properties(field, depth)),
            // A param that takes a list says so by a shape.
            var plain when field.TryGetProperty("shape", out var shape) && shape.ValueKind == JsonValueKind.Array => new ListType(new PlainType(plain)),
            var plain => new PlainType(plain),
        };
    }

    private static SignatureType Part(JsonElement field, string part, int depth) =>
        field.TryGetProperty(part, out var inner) ? Read(inner, depth - 1) : new PlainType("");

    private static List<SignatureField> Properties(JsonElement field, int depth) =>
        field.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
            ? [.. properties.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => new SignatureField(p.Name, Read(p.Value, depth - 1), SignatureField.IsRequired(p.Value)))]
            : [];

    private static IReadOnlyList<long> Shape(JsonElement tensor) =>
        tensor.TryGetProperty("shape", out var shape) && shape.ValueKind == JsonValueKind.Array
            ? [.. shape.EnumerateArray().Select(d => d.ValueKind == JsonValueKind.Number && d.TryGetInt64(out var size) ? size : -1)]
            : [];

    private static string Text(JsonElement owner, string property) =>
        owner.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}

/// <summary>A type without parts: <c>long</c>, <c>string</c>, <c>any</c>.</summary>
public sealed record PlainType(string Name) : SignatureType
{
    public override string ToString() => Name;
}

/// <summary>Numbers of one kind in a shape; a dimension of -1 may have any size.</summary>
public sealed record TensorType(string Element, IReadOnlyList<long> Shape) : SignatureType
{
    public override string ToString() => $"{Element}[{string.Join(',', Shape)}]";
}

/// <summary>Any number of values of one type.</summary>
public sealed record ListType(SignatureType Item) : SignatureType
{
    public override string ToString() => $"Array({Item})";
}

/// <summary>Values of one type by text keys.</summary>
public sealed record MapType(SignatureType Value) : SignatureType
{
    public override string ToString() => $"Map(str -> {Value})";
}

/// <summary>Named values of their own types, in order of name.</summary>
public sealed record ObjectType(IReadOnlyList<SignatureField> Properties) : SignatureType
{
    public override string ToString() => $"{{{string.Join(", ", Properties.Select(p => $"{p.Name}: {p.Type}{(p.Required ? "" : "?")}"))}}}";
}
