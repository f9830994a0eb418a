using MlHub.Scoring.Onnx;
using MlHub.Scoring.Signatures;
using MlHub.Scoring.Values;

namespace MlHub.Scoring.Invocations;

/// <summary>Holds rows against a signature of columns, by MLflow's rules (docs, "Model Signatures and Input Examples", signature enforcement).</summary>
internal static class ColumnEnforcement
{
    /// <summary>Columns in the signature's order: others are dropped, optional ones may be absent.</summary>
    /// <exception cref="ScoringException">Invalid, naming the columns and what was expected.</exception>
    public static ModelInput Apply(IReadOnlyList<SignatureField> fields, Table table, bool missingTexts)
    {
        var named = fields.All(f => f.HasName);
        if (named && Missing(fields, table) is { Count: > 0 } missing)
        {
            List<string> extra = [.. (table.Names ?? [.. table.Columns.Select((_, i) => $"{i}")]).Where(n => fields.All(f => f.Name != n)).Select(n => $"'{n}'")];
            throw ScoringException.Invalid(
                $"Model is missing inputs [{string.Join(", ", missing)}].{(extra.Count > 0 ? $" Note that there were extra inputs: [{string.Join(", ", extra)}]." : "")}");
        }

        if (!named && table.Columns.Count < fields.Count)
        {
            throw ScoringException.Invalid(
                $"Model inference is missing inputs. The model signature declares {fields.Count} inputs but the provided value only has {table.Columns.Count} inputs. "
                + "Note: the inputs were not named in the signature so we can only verify their count.");
        }

        List<KeyValuePair<string, Tensor>> values = [];
        for (var i = 0; i < fields.Count; i++)
        {
            if ((named ? table[fields[i].Name] : table.Columns[i]) is { } cells)
            {
                values.Add(new(fields[i].Name, Convert(fields[i], cells, missingTexts)));
            }
        }

        return new(values, IsTable: true);
    }

    private static List<string> Missing(IReadOnlyList<SignatureField> fields, Table table) =>
        [.. fields.Where(f => f.Required && table[f.Name] is null).Select(f => $"'{f.Name}'")];

    private static Tensor Convert(SignatureField field, Cell[] cells, bool missingTexts) => field.Type switch
    {
        ListType { Item: PlainType item } => ColumnTensor.OfLists(field.Name, TypeOf(field, item), cells),
        PlainType { Name: SignatureType.Any or "" } => ColumnTensor.Of(field.Name, Inferred(cells), cells, missingTexts),
        PlainType plain => ColumnTensor.Of(field.Name, TypeOf(field, plain), cells, missingTexts),
        _ => throw ScoringException.Invalid($"Column {field.Name} is of type {field.Type}, which models are not asked for here."),
    };

    private static ElementType TypeOf(SignatureField field, PlainType plain) => TypeNames.OfColumn(plain.Name) is var type and not ElementType.Undefined
        ? type
        : throw ScoringException.Invalid($"Column {field.Name} is of type {field.Type}, which models are not asked for here.");

    /// <summary>What pandas would make of the values.</summary>
    internal static ElementType Inferred(Cell[] cells) => cells.Select(c => c.Kind).Distinct().ToList() switch
    {
        ["bool"] => ElementType.Bool,
        ["int64"] => ElementType.Int64,
        var kinds when kinds.TrueForAll(k => k is "int64" or "float64") => ElementType.Double,
        _ => ElementType.String,
    };
}
