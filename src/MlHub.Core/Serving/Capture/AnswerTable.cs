using System.Text.Json;

namespace MlHub.Serving.Capture;

/// <summary>What a model answered, by row: values under names of outputs. Lists and maps within a row are spread, as <c>scores[0]</c> or <c>scores.yes</c>.</summary>
internal static class AnswerTable
{
    private const int MostValues = 200_000;

    /// <summary>What answers without a name is called.</summary>
    public const string Nameless = "prediction";

    /// <summary>Empty where the answer holds no predictions.</summary>
    public static IReadOnlyList<IReadOnlyList<KeyValuePair<string, JsonElement>>> Rows(JsonElement answer)
    {
        if (answer.ValueKind != JsonValueKind.Object)
        {
            return [];
        }

        List<List<KeyValuePair<string, JsonElement>>> rows = [];
        var left = MostValues;
        if (answer.TryGetProperty("predictions", out var predictions))
        {
            if (predictions.ValueKind == JsonValueKind.Array)
            {
                AddColumn(Nameless, predictions);
            }
            else if (predictions.ValueKind == JsonValueKind.Object)
            {
                predictions.EnumerateObject().ToList().ForEach(p => AddColumn(p.Name, p.Value));
            }
        }
        else if (answer.TryGetProperty("outputs", out var outputs) && outputs.ValueKind == JsonValueKind.Array)
        {
            foreach (var output in outputs.EnumerateArray().Where(o => o.ValueKind == JsonValueKind.Object && o.TryGetProperty("data", out _)))
            {
                AddTensor(output);
            }
        }

        return rows;

        void AddColumn(string name, JsonElement value)
        {
            if (value.ValueKind != JsonValueKind.Array)
            {
                Spread(0, name, value);
                return;
            }

            var row = 0;
            foreach (var item in value.EnumerateArray())
            {
                // A record's keys are outputs themselves; a list of one is its value.
                var only = item.ValueKind == JsonValueKind.Array && item.GetArrayLength() == 1 ? item[0] : item;
                if (name == Nameless && only.ValueKind == JsonValueKind.Object)
                {
                    only.EnumerateObject().ToList().ForEach(p => Spread(row, p.Name, p.Value));
                }
                else
                {
                    Spread(row, name, only);
                }

                row++;
            }
        }

        // Of the Open Inference Protocol: as many values for each row.
        void AddTensor(JsonElement output)
        {
            var name = output.TryGetProperty("name", out var named) ? named.ToString() : Nameless;
            List<JsonElement> values = [.. Flat(output.GetProperty("data"))];
            var count = output.TryGetProperty("shape", out var shape) && shape.ValueKind == JsonValueKind.Array && shape.GetArrayLength() > 0 && shape[0].TryGetInt32(out var first) && first > 0 && values.Count % first == 0 ? first : 1;
            var width = values.Count / count;
            for (var i = 0; i < values.Count; i++)
            {
                Spread(i / width, width == 1 ? name : $"{name}[{i % width}]", values[i]);
            }
        }

        void Spread(int row, string name, JsonElement value)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.Object:
                    value.EnumerateObject().ToList().ForEach(p => Spread(row, $"{name}.{p.Name}", p.Value));
                    return;
                case JsonValueKind.Array:
                    var i = 0;
                    foreach (var item in value.EnumerateArray())
                    {
                        Spread(row, $"{name}[{i++}]", item);
                    }

                    return;
                case var _ when left-- <= 0:
                    return;
                default:
                    while (rows.Count <= row)
                    {
                        rows.Add([]);
                    }

                    rows[row].Add(new(name, value));
                    return;
            }
        }
    }

    private static IEnumerable<JsonElement> Flat(JsonElement data) => data.ValueKind == JsonValueKind.Array ? data.EnumerateArray().SelectMany(Flat) : [data];
}
