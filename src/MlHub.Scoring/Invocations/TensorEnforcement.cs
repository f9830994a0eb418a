using MlHub.Scoring.Onnx;
using MlHub.Scoring.Signatures;
using MlHub.Scoring.Values;

namespace MlHub.Scoring.Invocations;

/// <summary>Holds what was sent against a signature of tensors: each must have its rank and its fixed dimensions.</summary>
internal static class TensorEnforcement
{
    public static ModelInput Apply(IReadOnlyList<SignatureField> fields, Sent sent) =>
        new([.. fields.Select(f => KeyValuePair.Create(f.Name, (Field: f, Value: ValueOf(f, fields, sent))))
            .Where(v => v.Value.Value is not null).Select(v => KeyValuePair.Create(v.Key, Checked(v.Value.Field, v.Value.Value!)))], IsTable: false);

    /// <summary>Null for an optional one that was not sent.</summary>
    private static Tensor? ValueOf(SignatureField field, IReadOnlyList<SignatureField> fields, Sent sent)
    {
        var type = TypeNames.OfNumpy(((TensorType)field.Type).Element);
        if (type == ElementType.Undefined)
        {
            throw ScoringException.Invalid($"Input {field.Name} is of type {field.Type}, which models are not asked for here.");
        }

        return sent switch
        {
            Sent.Named named when named.Values.LastOrDefault(v => v.Key == field.Name) is { Key: not null } value => NestedLists.Read(value.Value, type, field.Name),
            Sent.Bare bare when fields.Count == 1 => NestedLists.Read(bare.Value, type, field.Name),
            Sent.Bare => throw ScoringException.Invalid(
                $"The model has the inputs {Names(fields)}, so a list alone cannot be told to one of them. Send an object with a tensor under each name."),
            Sent.Instances rows when rows.Table[field.Name] is { } cells => OfColumn(field, type, cells),
            Sent.Frame frame when field.HasName && frame.Table[field.Name] is { } cells => OfColumn(field, type, cells),
            Sent.Frame frame when !field.HasName => OfFrame(field, type, frame.Table),
            _ when !field.Required => null,
            _ => throw ScoringException.Invalid($"Model is missing inputs {Names(fields.Where(f => f.Required && !WasSent(f, sent)))}."),
        };
    }

    private static bool WasSent(SignatureField field, Sent sent) => sent switch
    {
        Sent.Named named => named.Values.Any(v => v.Key == field.Name),
        Sent.Instances rows => rows.Table[field.Name] is not null,
        Sent.Frame frame => frame.Table[field.Name] is not null,
        _ => true,
    };

    /// <summary>A column of plain values fits shapes (-1,) and (-1, 1).</summary>
    private static Tensor OfColumn(SignatureField field, ElementType type, Cell[] cells)
    {
        if (cells.Length > 0 && cells[0].List is not null)
        {
            return ColumnTensor.OfLists(field.Name, type, cells);
        }

        var tensor = ColumnTensor.Of(field.Name, type, cells);
        return ((TensorType)field.Type).Shape is [_, 1] ? tensor with { Shape = [cells.Length, 1] } : tensor;
    }

    /// <summary>All columns beside each other are the tensor.</summary>
    private static Tensor OfFrame(SignatureField field, ElementType type, Table table)
    {
        if (table.Columns is [var only])
        {
            return OfColumn(field, type, only);
        }

        var columns = table.Columns.Select((c, i) => ColumnTensor.Of(table.Names?[i] ?? $"{i}", type, c)).ToList();
        return Matrix.Of(type, table.Rows, columns);
    }

    private static Tensor Checked(SignatureField field, Tensor tensor)
    {
        var expected = ((TensorType)field.Type).Shape;
        return expected.Count == tensor.Shape.Length && expected.Zip(tensor.Shape).All(d => d.First < 0 || d.First == d.Second)
            ? tensor
            : throw ScoringException.Invalid(
                $"Shape of input{(field.HasName ? $" '{field.Name}'" : "")} {Shown(tensor.Shape)} does not match expected shape {Shown(expected)}.");
    }

    /// <summary>As Python shows a tuple.</summary>
    private static string Shown(IReadOnlyList<long> shape) => shape.Count == 1 ? $"({shape[0]},)" : $"({string.Join(", ", shape)})";

    private static string Names(IEnumerable<SignatureField> fields) => $"[{string.Join(", ", fields.Select(f => $"'{f.Name}'"))}]";
}
