using System.Text.Json;
using MlHub.Scoring.Onnx;
using MlHub.Scoring.Signatures;
using MlHub.Scoring.Values;

namespace MlHub.Scoring.Invocations;

/// <summary>Checks <c>params</c>: what the signature does not know is ignored, what it knows must have its type.</summary>
public static class ParameterRules
{
    /// <summary>What was sent; null where nothing was.</summary>
    /// <exception cref="ScoringException">BadRequest where they are no object; Invalid for a value of another type.</exception>
    public static JsonElement? Checked(IReadOnlyList<SignatureField> parameters, JsonElement body)
    {
        if (!body.TryGetProperty("params", out var sent) || sent.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (sent.ValueKind != JsonValueKind.Object)
        {
            throw ScoringException.BadRequest("Invalid input. 'params' must be a dictionary.");
        }

        foreach (var parameter in parameters)
        {
            if (sent.TryGetProperty(parameter.Name, out var value) && !Fits(value, parameter.Type))
            {
                throw ScoringException.Invalid($"Incompatible types for param '{parameter.Name}'. Can not safely convert {new Cell(value).Shown} to {parameter.Type}.");
            }
        }

        return sent;
    }

    private static bool Fits(JsonElement value, SignatureType type) => type switch
    {
        ListType list => value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(v => Fits(v, list.Item)),
        PlainType plain when TypeNames.OfColumn(plain.Name) is var element and not ElementType.Undefined =>
            value.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object)
            && (value.ValueKind != JsonValueKind.String || element == ElementType.String)
            && CellConversion.Put(new(value), Tensor.Of(element, [1]), 0) is null,
        _ => true,
    };
}
