using System.Text.Json;
using System.Text.Json.Serialization;
using MlHub.Scoring;

namespace MlHub.Client;

/// <summary>What a model answered, as the hub's endpoint would have: a row for each row, with a value for each output.</summary>
public sealed class Predictions
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNameCaseInsensitive = true, Converters = { new NothingAsNaN(), new NothingAsSingleNaN() } };

    private Predictions(ModelVersion version, JsonElement json) => (Version, Json) = (version, json);

    /// <summary>Which version answered.</summary>
    public ModelVersion Version { get; }

    /// <summary>What stands under <c>predictions</c>: a list of objects where rows were asked, an object of tensors where tensors were. NaN and the infinities are null.</summary>
    public JsonElement Json { get; }

    /// <summary>How many rows were answered.</summary>
    /// <exception cref="InvalidOperationException">Where tensors were.</exception>
    public int Count => Rows().Count;

    /// <summary>The value of an output in a row, as a number; NaN where the model answered none.</summary>
    public double Number(string output, int row = 0) => Rows()[row].TryGetProperty(output, out var value)
        ? value.Deserialize<double>(Options)
        : throw new ArgumentException($"{Version} has no output '{output}'. It has: {string.Join(", ", Rows()[row].EnumerateObject().Select(p => p.Name))}.", nameof(output));

    /// <summary>
    /// Each row as a <typeparamref name="T"/> whose properties are the outputs, in any case of letters; or the only output's value, where T is a number, a text or a
    /// truth and the model has one output. A missing number is NaN.
    /// </summary>
    /// <exception cref="InvalidOperationException">Where the answer does not fit.</exception>
    public IReadOnlyList<T> As<T>()
    {
        try
        {
            return [.. Rows().Select(r => (IsValue(typeof(T)) ? OnlyValue(r) : r).Deserialize<T>(Options)!)];
        }
        catch (JsonException e)
        {
            throw new InvalidOperationException($"What {Version} answers is no {typeof(T).Name}: {e.Message}", e);
        }
    }

    internal static Predictions Of(ModelVersion version, ScoringAnswer answer)
    {
        using var document = JsonDocument.Parse(answer.Body);
        var root = document.RootElement;
        return answer.Status == 200
            ? new(version, root.GetProperty("predictions").Clone())
            : throw new MlHubException(MlHubProblem.BadInput, root.GetProperty("message").GetString()!) { Status = answer.Status };
    }

    private List<JsonElement> Rows() => Json.ValueKind == JsonValueKind.Array
        ? [.. Json.EnumerateArray()]
        : throw new InvalidOperationException("The model was asked with tensors and answers with tensors, which have no rows: read Json.");

    private JsonElement OnlyValue(JsonElement row) => row.EnumerateObject().ToList() is [var only]
        ? only.Value
        : throw new InvalidOperationException($"{Version} has several outputs ({string.Join(", ", row.EnumerateObject().Select(p => p.Name))}): take a type with properties for them.");

    private static bool IsValue(Type type) => (Nullable.GetUnderlyingType(type) ?? type) is var plain && (plain.IsPrimitive || plain == typeof(string) || plain == typeof(decimal));

    private sealed class NothingAsNaN : JsonConverter<double>
    {
        public override bool HandleNull => true;

        public override double Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
    }

    private sealed class NothingAsSingleNaN : JsonConverter<float>
    {
        public override bool HandleNull => true;

        public override float Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => reader.TokenType == JsonTokenType.Null ? float.NaN : reader.GetSingle();

        public override void Write(Utf8JsonWriter writer, float value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
    }
}
