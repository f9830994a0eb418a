using System.Text.Json;
using MlHub.Artifacts;
using MlHub.Explanations;
using MlHub.Onnx;
using MlHub.Scoring.Signatures;
using MlHub.Serving.Capture;

namespace MlHub.Serving.Duels;

/// <summary>What of a difference between two answers comes from which column: the difference of both models' SHAP values for the row, against the same rows.</summary>
internal sealed class DuelExplanation(ExplanationReader reader)
{
    private const int MostColumns = 12, MostBackground = 100;

    /// <summary>The disagreements with what their columns add, and in words how that was computed or why it was not.</summary>
    /// <param name="present">The version that is replayed against.</param>
    /// <param name="candidate">The one that is looked at.</param>
    /// <param name="disagreements">To be explained.</param>
    /// <param name="requests">What was replayed, by id.</param>
    public async Task<(IReadOnlyList<Disagreement> Disagreements, string Explained)> ExplainAsync(
        Servable present, Servable candidate, IReadOnlyList<Disagreement> disagreements, IReadOnlyDictionary<long, JsonElement> requests, CancellationToken cancel)
    {
        if (disagreements.Count == 0)
        {
            return (disagreements, "");
        }

        try
        {
            var (one, other) = (await ModelAsync(present, cancel), await ModelAsync(candidate, cancel));
            var explained = await Task.Run(() => Explain(one, other, [.. disagreements], requests, cancel), cancel);
            return explained;
        }
        catch (Exception e) when (e is InvalidDataException or HubException { Error: HubError.DataLoss })
        {
            return (disagreements, $"The answers are not explained: {e.Message}");
        }
    }

    private static (IReadOnlyList<Disagreement>, string) Explain(
        ExplainedModel present, ExplainedModel candidate, List<Disagreement> disagreements, IReadOnlyDictionary<long, JsonElement> requests, CancellationToken cancel)
    {
        List<string> columns = [.. present.Columns.Union(candidate.Columns)];
        var background = requests.Values.Select(r => RequestTable.OrNull(r, present.Inputs)).SelectMany(t => t?.Rows.Select(r => (t.Columns, Cells: r)) ?? []).Select(r => NumbersOrNull(r.Columns, r.Cells, columns))
            .Where(r => r is not null).Select(r => r!).ToList();
        var rows = disagreements.ConvertAll(d => RequestTable.OrNull(requests[d.Captured], present.Inputs) is { } table && d.Row < table.Rows.Count ? NumbersOrNull(table.Columns, table.Rows[d.Row], columns) : null);
        if (background.Count == 0 || rows.TrueForAll(r => r is null))
        {
            throw new InvalidDataException("only rows of numbers in all columns of both versions are.");
        }

        var against = NpyRows.Evenly(background.Count, MostBackground).Select(r => background[r]).ToList();
        List<double[]> asked = [.. rows.Where(r => r is not null).Select(r => r!)];
        var (one, other) = (present.Explain(columns, asked, against, cancel), candidate.Explain(columns, asked, against, cancel));
        // Where they name their outputs alike, the one in which they differ most; of others the first.
        var at = 0;
        List<Disagreement> explained = [];
        foreach (var (d, row) in disagreements.Zip(rows))
        {
            explained.Add(row is null ? d : d with { Shifts = Shifts(one, other, columns, at++) });
        }

        return (explained, $"The candidate's SHAP values less the present version's, both against the same {against.Count} replayed rows. {other.Method}.");
    }

    private static List<ColumnShift> Shifts(Explanation present, Explanation candidate, List<string> columns, int row)
    {
        var pairs = candidate.Outputs.Select((output, i) => (Candidate: output, Present: present.Outputs.FirstOrDefault(o => o.Name == output.Name) ?? (present.Outputs.Count == candidate.Outputs.Count ? present.Outputs[i] : null)));
        return pairs.Where(p => p.Present is not null).Select(p => columns.ConvertAll(c => new ColumnShift(c, Value(candidate, p.Candidate, c) - Value(present, p.Present!, c))))
            .OrderByDescending(shifts => shifts.Sum(s => Math.Abs(s.Difference))).FirstOrDefault()?
            .Where(s => double.IsFinite(s.Difference)).OrderByDescending(s => Math.Abs(s.Difference)).Take(MostColumns).ToList() ?? [];

        double Value(Explanation of, ExplainedOutput output, string column)
        {
            var place = of.Features.ToList().IndexOf(column);
            return place < 0 ? 0 : output.Values[row][place];
        }
    }

    private static double[]? NumbersOrNull(IReadOnlyList<string> names, JsonElement[] cells, List<string> columns)
    {
        var numbers = new double[columns.Count];
        for (var i = 0; i < columns.Count; i++)
        {
            var place = names.ToList().IndexOf(columns[i]);
            if (place < 0 || !NumberOf(cells[place], out numbers[i]))
            {
                return null;
            }
        }

        return numbers;
    }

    private static bool NumberOf(JsonElement cell, out double number)
    {
        number = cell.ValueKind == JsonValueKind.True ? 1 : 0;
        return cell.ValueKind is JsonValueKind.True or JsonValueKind.False || (cell.ValueKind == JsonValueKind.Number && cell.TryGetDouble(out number) && double.IsFinite(number));
    }

    private async Task<ExplainedModel> ModelAsync(Servable version, CancellationToken cancel)
    {
        var (path, digest, size) = version.OnnxFile.Length > 0 ? version.Files.First(f => f.Path == version.OnnxFile) : throw new InvalidDataException("only ONNX models are.");
        var file = await reader.ModelAsync(new(path, digest, size, false), cancel);
        var inputs = (version.Model?.Signature ?? []).Where(p => p.Part == SignaturePart.Inputs).SelectMany(p => p.Fields).ToList();
        // A graph with an input for each column has its own order; the matrix of one that has a single input is in the signature's.
        List<string> columns = file.Inputs.Count == 1 && inputs.Count > 0 && inputs.TrueForAll(f => f.HasName && f.Type is not TensorType) ? [.. inputs.Select(f => f.Name)] : [.. file.Inputs.Select(i => i.Name)];
        return new(file, columns, inputs);
    }

    private sealed record ExplainedModel(OnnxFile File, IReadOnlyList<string> Columns, IReadOnlyList<SignatureField> Inputs)
    {
        public Explanation Explain(List<string> columns, List<double[]> rows, List<double[]> background, CancellationToken cancel)
        {
            var places = Columns.Select(c => columns.IndexOf(c)).ToArray();
            return new ShapComputation(File, Table(rows), Table(background)).Run(_ => { }, cancel);

            SampleTable Table(List<double[]> of) => new(Columns, [.. of.Select(r => Array.ConvertAll(places, p => r[p]))]);
        }
    }
}
