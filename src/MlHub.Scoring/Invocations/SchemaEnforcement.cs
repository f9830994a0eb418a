using System.Text.Json;
using MlHub.Scoring.Onnx;
using MlHub.Scoring.Signatures;
using MlHub.Scoring.Values;

namespace MlHub.Scoring.Invocations;

/// <summary>Holds what was sent against the model's signature; without one against the model's graph, and where it has none either against nothing.</summary>
public sealed class SchemaEnforcement
{
    private readonly IReadOnlyList<SignatureField> _fields;
    private readonly bool _takesTensors;
    private readonly bool _takesMissingTexts;
    private readonly string _shown;

    public SchemaEnforcement(IReadOnlyList<SignatureField> inputs, LoadedModel model)
    {
        _takesMissingTexts = model.TakesMissingTexts;
        _fields = inputs.Count > 0 ? inputs : OfGraph(model.Inputs ?? []);
        _takesTensors = _fields.All(f => f.Type is TensorType);
        _shown = $"[{string.Join(", ", _fields.Select(f => $"{(f.HasName ? $"'{f.Name}': " : "")}{f.Type} ({(f.Required ? "required" : "optional")})"))}]";
    }

    /// <summary>Whether the signature is one of columns.</summary>
    public bool TakesColumns => !_takesTensors;

    /// <exception cref="ScoringException">Invalid, in MLflow's words.</exception>
    public ModelInput Apply(Sent sent)
    {
        try
        {
            return _fields.Count == 0 ? InferredInput.Of(sent, _takesMissingTexts)
                : _takesTensors ? TensorEnforcement.Apply(_fields, sent)
                : ColumnEnforcement.Apply(_fields, TableOf(sent), _takesMissingTexts);
        }
        catch (ScoringException e) when (e.Code == "INVALID_PARAMETER_VALUE")
        {
            var data = sent is Sent.Frame { Table: var table } ? $"{table}" : "tensors";
            throw ScoringException.Invalid($"Failed to predict data '{data}'. \nError: Failed to enforce schema of data '{data}' with schema '{_shown}'. Error: {e.Message}");
        }
    }

    /// <summary>Free dimensions are -1; one input alone need not be named.</summary>
    private static IReadOnlyList<SignatureField> OfGraph(IReadOnlyList<ModelPort> ports) => [.. ports.Select(p => p.Type is PortType.OfTensor tensor
        ? new SignatureField(p.Name, new TensorType(tensor.Element.ToNumpy(), [.. tensor.Shape]), Required: true) { HasName = ports.Count > 1 }
        : throw ScoringException.Invalid($"Input '{p.Name}' of the model is no tensor."))];

    private Table TableOf(Sent sent) => sent switch
    {
        Sent.Frame frame => frame.Table,
        Sent.Instances rows => rows.Table,
        Sent.Named named => OfLists(named.Values),
        Sent.Bare bare => OfRows(bare.Value),
        _ => throw new InvalidOperationException(),
    };

    private static Table OfLists(IReadOnlyList<KeyValuePair<string, JsonElement>> values)
    {
        List<Cell[]> columns = [.. values.Select(v => v.Value.ValueKind == JsonValueKind.Array ? [.. v.Value.EnumerateArray().Select(e => new Cell(e))] : (Cell[])[new(v.Value)])];
        return columns.Exists(c => c.Length != columns[0].Length)
            ? throw ScoringException.BadRequest("The length of values for each input/column name are not the same")
            : new([.. values.Select(v => v.Key)], columns, columns.Count > 0 ? columns[0].Length : 0);
    }

    /// <summary>Without names the order is the signature's.</summary>
    private Table OfRows(JsonElement value)
    {
        List<JsonElement> rows = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        List<Cell[]> cells = rows.ConvertAll(r => r.ValueKind == JsonValueKind.Array && !IsList(_fields[0]) ? [.. r.EnumerateArray().Select(e => new Cell(e))] : (Cell[])[new(r)]);
        if (cells.Exists(r => r.Length != _fields.Count))
        {
            throw ScoringException.Invalid($"The model has {_fields.Count} inputs, but a row has {cells.First(r => r.Length != _fields.Count).Length} values.");
        }

        return new([.. _fields.Select(f => f.Name)], [.. _fields.Select((_, i) => cells.ConvertAll(r => r[i]).ToArray())], cells.Count);
    }

    private bool IsList(SignatureField field) => _fields.Count == 1 && field.Type is ListType;
}
