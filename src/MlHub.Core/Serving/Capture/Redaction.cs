using System.Text.Json;
using MlHub.Scoring.Signatures;

namespace MlHub.Serving.Capture;

/// <summary>
/// Leaves the values under some names out of what is kept. Names count in any case of letters and at any depth. A redacted column is left out as if it had not been
/// sent, so that nothing stands for its value.
/// </summary>
/// <param name="names">Of inputs and outputs.</param>
/// <param name="inputs">The signature's inputs; empty without a signature.</param>
/// <param name="outputs">Its outputs.</param>
internal sealed class Redaction(IReadOnlyList<string> names, IReadOnlyList<SignatureField> inputs, IReadOnlyList<SignatureField> outputs)
{
    private readonly HashSet<string> _names = new(names.Select(n => n.Trim()), StringComparer.OrdinalIgnoreCase);
    private readonly SortedSet<string> _removed = new(StringComparer.Ordinal);

    public bool IsEmpty => _names.Count == 0;

    /// <summary>Names of what was left out so far.</summary>
    public IReadOnlyCollection<string> Removed => _removed;

    public IReadOnlyList<SignatureField> Inputs => inputs;

    /// <summary>Whether the inputs are columns that can be told by name.</summary>
    public bool HasColumns => inputs.Count > 0 && inputs.All(f => f.HasName && f.Type is not TensorType);

    /// <summary>Whether the signature says where every redacted name is, so that a tensor of many values under another name holds none of them.</summary>
    public bool KnowsAll => _names.All(n => inputs.Concat(outputs).Any(f => f.HasName && f.Name.Equals(n, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Whether an answer without names may be that of a redacted output.</summary>
    public bool HidesOutputs => outputs.Any(f => f.HasName && _names.Contains(f.Name));

    /// <summary>Whether the value under the name is left out, and remembers it.</summary>
    public bool Hides(string name)
    {
        if (!_names.Contains(name.Trim()))
        {
            return false;
        }

        _removed.Add(name);
        return true;
    }

    /// <summary>
    /// Whether a column is kept. With a redaction and a signature of columns, others than those are not: the header of a table that was sent without one is its first row.
    /// </summary>
    public bool Keeps(string column) => !Hides(column) && (IsEmpty || !HasColumns || inputs.Any(f => f.Name == column));

    /// <exception cref="InvalidDataException">It cannot be told which column is which.</exception>
    public void RequireCertain(IReadOnlyList<string> columns)
    {
        if (!IsEmpty && !HasColumns && !_names.All(n => columns.Contains(n, StringComparer.OrdinalIgnoreCase)))
        {
            throw new InvalidDataException("Without a signature of columns, a request is kept only if it has all redacted ones.");
        }
    }

    /// <summary>The value without what is redacted within.</summary>
    public void Write(Utf8JsonWriter json, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case var _ when IsEmpty:
                value.WriteTo(json);
                break;
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var property in value.EnumerateObject().Where(p => !Hides(p.Name)))
                {
                    json.WritePropertyName(property.Name);
                    Write(json, property.Value);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in value.EnumerateArray().Where(i => !(i.ValueKind == JsonValueKind.Object && i.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String && Hides(name.GetString()!))))
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }
}
