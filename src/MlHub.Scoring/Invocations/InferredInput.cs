using MlHub.Scoring.Onnx;
using MlHub.Scoring.Values;

namespace MlHub.Scoring.Invocations;

/// <summary>Makes of what was sent what pandas and numpy would make of it, for a model that says nothing of its inputs.</summary>
internal static class InferredInput
{
    /// <exception cref="ScoringException">Where lists are of different lengths, or values of one column of different kinds.</exception>
    public static ModelInput Of(Sent sent, bool missingTexts) => sent switch
    {
        Sent.Frame { Table: var table } => new([.. Columns(table, missingTexts)], IsTable: true),
        Sent.Instances { Table: var table } => new([.. Columns(table, missingTexts)], IsTable: false),
        Sent.Named { Values: var values } => new([.. values.Select(v => KeyValuePair.Create(v.Key, NestedLists.Read(v.Value, NestedLists.Infer(v.Value), v.Key)))], IsTable: false),
        Sent.Bare { Value: var value } => new([KeyValuePair.Create("#0", NestedLists.Read(value, NestedLists.Infer(value), "#0"))], IsTable: false),
        _ => throw new InvalidOperationException(),
    };

    private static IEnumerable<KeyValuePair<string, Tensor>> Columns(Table table, bool missingTexts) => table.Columns.Select((cells, i) =>
    {
        var name = table.Names?[i] ?? $"#{i}";
        return KeyValuePair.Create(name, cells.Length > 0 && cells[0].List is { } list
            ? ColumnTensor.OfLists(name, NestedLists.Infer(list), cells)
            : ColumnTensor.Of(name, ColumnEnforcement.Inferred(cells), cells, missingTexts));
    });
}
