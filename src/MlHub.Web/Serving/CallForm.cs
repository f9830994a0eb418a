using System.Text.Json;
using System.Text.Json.Nodes;
using MlHub.Scoring.Signatures;

namespace MlHub.Web.Serving;

/// <summary>A request of MLflow's scoring protocol as a form: rows of a field for each column or tensor of the model's signature, and its params.</summary>
public sealed class CallForm
{
    public const int MostFields = 200, MostRows = 20;

    private readonly bool _takesTensors, _hasNames;

    private CallForm(IReadOnlyList<SignatureField> inputs, IReadOnlyList<SignatureField> parameters)
    {
        (_takesTensors, _hasNames) = (inputs[0].Type is TensorType, inputs[0].HasName);
        (Columns, Parameters) = ([.. inputs.Select(CallField.Of)], [.. parameters.Select(CallField.Of)]);
        Params = [.. Parameters.Select(p => p.Default ?? "")];
        Rows = [EmptyRow];
    }

    public IReadOnlyList<CallField> Columns { get; }

    public IReadOnlyList<CallField> Parameters { get; }

    /// <summary>What is written, by row and column. Tensors hold their rows themselves, so there is one row of them.</summary>
    public List<string[]> Rows { get; private set; }

    /// <summary>What is written for each param.</summary>
    public string[] Params { get; private set; }

    /// <summary>Why the last request that was read cannot be shown; null where it is.</summary>
    public string? Objection { get; private set; }

    public bool CanAddRow => !_takesTensors && Rows.Count < MostRows;

    private string[] EmptyRow => [.. Columns.Select(_ => "")];

    /// <summary>Null for a model without a signature, and for one that a form cannot show.</summary>
    public static CallForm? OrNull(IReadOnlyList<(SignaturePart Part, IReadOnlyList<SignatureField> Fields)> signature)
    {
        var inputs = signature.FirstOrDefault(p => p.Part == SignaturePart.Inputs).Fields ?? [];
        var parameters = signature.FirstOrDefault(p => p.Part == SignaturePart.Parameters).Fields ?? [];
        var isOneKind = inputs.Select(f => (f.Type is TensorType, f.HasName)).Distinct().Count() == 1;
        return isOneKind && inputs.Count + parameters.Count <= MostFields && (inputs[0].Type is not TensorType || inputs[0].HasName || inputs.Count == 1) ? new(inputs, parameters) : null;
    }

    /// <summary>Begins a row with what is in the last one, since rows that are compared differ in little.</summary>
    public void AddRow() => Rows.Add([.. Rows[^1]]);

    public void RemoveRow(int row) => Rows.RemoveAt(row);

    /// <summary>The request, JSON.</summary>
    public string Write()
    {
        JsonObject request = _takesTensors
            ? new() { ["inputs"] = _hasNames ? new JsonObject(Written(Columns, Rows[0])) : Columns[0].Value(Rows[0][0]) }
            : new() { ["dataframe_split"] = Split() };
        if (Written(Parameters, Params).ToList() is { Count: > 0 } parameters)
        {
            request["params"] = new JsonObject(parameters);
        }

        return ServingSnippets.Written(JsonSerializer.SerializeToElement(request));
    }

    /// <summary>Fills the form from a request; where that says what the form has no place for, the form stays as it was.</summary>
    /// <param name="onlyFirst">Leaves out all rows but the first: of an example one is enough to begin with.</param>
    public bool TryRead(string request, bool onlyFirst = false)
    {
        Objection = null;
        try
        {
            var whole = JsonNode.Parse(request, documentOptions: new() { MaxDepth = Limits.JsonDepth }) as JsonObject ?? throw NotShown("it is no object");
            var rows = _takesTensors ? [TensorsOf(whole["inputs"] ?? throw NotShown("tensors are sent under 'inputs'"))] : RowsOf(whole);
            rows = onlyFirst ? [.. rows.Take(1)] : rows;
            if (rows.Count is 0 or > MostRows)
            {
                throw NotShown(rows.Count == 0 ? "it has no rows" : $"it has more than {MostRows} rows");
            }

            var sent = whole["params"] as JsonObject ?? [];
            (Params, Rows) = ([.. Parameters.Select(p => sent.TryGetPropertyValue(p.Name, out var value) ? Shown(p, value) : p.Default ?? "")], rows);
        }
        catch (FormatException why)
        {
            Objection = $"The form cannot show this request: {why.Message}.";
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            // A name that is there twice is an ArgumentException.
            Objection = "The form cannot show this request: it is not JSON.";
        }

        return Objection is null;
    }

    private JsonObject Split()
    {
        var used = Columns.Select((c, i) => (Column: c, At: i)).Where(c => c.Column.IsRequired || !_hasNames || Rows.Exists(r => r[c.At].Length > 0)).ToList();
        JsonArray data = [.. Rows.Select(row => (JsonNode)new JsonArray([.. used.Select(c => c.Column.Value(row[c.At]))]))];
        // Columns without names are told by their order.
        return _hasNames ? new() { ["columns"] = new JsonArray([.. used.Select(c => (JsonNode)c.Column.Name)]), ["data"] = data } : new() { ["data"] = data };
    }

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Written(IReadOnlyList<CallField> fields, string[] written) =>
        fields.Select((f, i) => KeyValuePair.Create(f.Name, f.Value(written[i]))).Where(f => f.Value is not null);

    private string[] TensorsOf(JsonNode inputs) => !_hasNames ? [Shown(Columns[0], inputs)]
        : inputs is JsonObject named ? [.. Columns.Select(c => Shown(c, named[c.Name]))]
        : Columns.Count == 1 ? [Shown(Columns[0], inputs)]
        : throw NotShown("its tensors have no names");

    private List<string[]> RowsOf(JsonObject whole) => (whole["dataframe_split"], whole["dataframe_records"] ?? whole["instances"], whole["inputs"]) switch
    {
        (JsonObject split, null, null) when split["data"] is JsonArray data => OfLists(data, split["columns"] is JsonArray names ? [.. names.Select(n => n?.ToString() ?? "")] : null),
        (null, JsonArray { Count: > 0 } list, null) => list[0] is JsonObject ? OfRecords(list) : OfLists(list, null),
        (null, null, JsonObject named) => OfColumns(named),
        (null, null, JsonArray { Count: > 0 } list) => OfLists(list, null),
        _ => throw NotShown("its data is under none of the names that the protocol knows"),
    };

    private List<string[]> OfLists(JsonArray data, List<string>? names)
    {
        var places = Columns.Select((c, i) => names is null ? i : names.IndexOf(c.Name)).ToList();
        return [.. data.Select(row => row as JsonArray ?? throw NotShown("a row is no list")).Select(row => Columns.Select((c, i) => places[i] < 0 || places[i] >= row.Count ? "" : Shown(c, row[places[i]])).ToArray())];
    }

    private List<string[]> OfRecords(JsonArray list) =>
        [.. list.Select(row => row as JsonObject ?? throw NotShown("a row is no record")).Select(row => Columns.Select(c => Shown(c, row[c.Name])).ToArray())];

    private List<string[]> OfColumns(JsonObject named)
    {
        var columns = Columns.Select(c => named[c.Name] switch { JsonArray list => list.ToList(), null => [], var single => [single] }).ToList();
        return [.. Enumerable.Range(0, columns.Max(c => c.Count)).Select(r => Columns.Select((c, i) => r < columns[i].Count ? Shown(c, columns[i][r]) : "").ToArray())];
    }

    private static string Shown(CallField field, JsonNode? value) => field.Shown(value) ?? throw NotShown($"'{field.Name}' holds more than one value");

    private static FormatException NotShown(string why) => new(why);
}
