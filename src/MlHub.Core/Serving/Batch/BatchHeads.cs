using System.Text;
using System.Text.Json;
using MlHub.Access;
using MlHub.Scoring;
using MlHub.Scoring.Signatures;
using MlHub.Tracking;

namespace MlHub.Serving.Batch;

/// <summary>Reads how sources begin, as a job would, and holds their columns against the signature of the version that is meant.</summary>
internal sealed class BatchHeads(ServedModels served, BatchRights rights, BatchSources sources)
{
    private const int FewNames = 12;

    /// <exception cref="HubException">NotFound for what the caller may not read; Invalid where there is no row, or nothing that could be one.</exception>
    public async Task<BatchHead> ReadAsync(Caller caller, string name, string selector, BatchSource source, CancellationToken cancel)
    {
        var (version, _) = await rights.VersionAsync(caller, name, selector, null, cancel);
        var inputs = await InputsAsync(caller, name, version, cancel);
        var settled = await sources.SettleAsync(caller, source, cancel);
        var files = settled.Files!;
        if (await FirstAsync(files, inputs, cancel) is not { } chunk)
        {
            throw HubException.Invalid(files.Count > 1 ? $"None of the {files.Count} files of {settled.Shown} has a row." : $"{settled.Shown} {(files[0].Bytes == 0 ? "is empty" : "has no rows")}.");
        }

        var columns = chunk.File.Form == BatchForm.Csv ? CsvRows.ColumnsOf(chunk.Header) : JsonSerializer.Deserialize<List<string>>(chunk.Header)!;
        var shown = columns.Take(Limits.BatchHeadColumns).ToList();
        return new(
            BatchSource.ShownName(chunk.File.Name), files.Count, files.All(f => f.Bytes is not null) ? files.Sum(f => f.Bytes) : null, shown.ConvertAll(Cut),
            inputs.Count == 0 ? [] : [.. columns.Except(inputs.Select(i => i.Name)).Take(Limits.BatchHeadColumns).Select(Cut)],
            [.. chunk.Rows.Select(r => new HeadRow(r.Problem is null ? Cells(chunk, r, shown) : [Cut(Encoding.UTF8.GetString(chunk.RawOf(r)))], r.Problem))],
            version, RefusalOrNull(BatchSource.ShownName(chunk.File.Name), columns, inputs, $"version {version} of {LogRules.Shown(name)}"));
    }

    /// <summary>The named inputs of its signature; none where it has no such.</summary>
    private async Task<List<SignatureField>> InputsAsync(Caller caller, string name, int version, CancellationToken cancel)
    {
        try
        {
            var described = await served.DescribeAsync(caller, name, $"{version}", cancel);
            return [.. described.Signature.Where(s => s.Part == SignaturePart.Inputs).SelectMany(s => s.Fields).Where(f => f.HasName)];
        }
        catch (ScoringException)
        {
            // What cannot be served now may be when the job begins.
            return [];
        }
    }

    private async Task<RowChunk?> FirstAsync(IReadOnlyList<BatchFile> files, List<SignatureField> inputs, CancellationToken cancel)
    {
        try
        {
            RowReader reader = new(files, inputs.Select(i => i.Name).ToHashSet(), sources.OpenAsync, Limits.BatchHeadRows);
            await foreach (var chunk in reader.ReadAsync(BatchPosition.Beginning, cancel))
            {
                return chunk;
            }

            return null;
        }
        catch (BatchFailedException e)
        {
            throw HubException.Invalid(e.Message);
        }
    }

    private static List<string?> Cells(RowChunk chunk, ChunkRow row, List<string> columns)
    {
        if (chunk.File.Form == BatchForm.Csv)
        {
            var fields = CsvRows.ColumnsOf(Encoding.UTF8.GetString(chunk.RawOf(row)));
            return [.. columns.Select((_, i) => i < fields.Count && fields[i].Length > 0 ? Cut(fields[i]) : null)];
        }

        Utf8JsonReader reader = new(chunk.RawOf(row));
        var record = JsonElement.ParseValue(ref reader);
        return [.. columns.Select(c => record.TryGetProperty(c, out var value) && value.ValueKind != JsonValueKind.Null ? Cut(value.ToString()) : null)];
    }

    private static string? RefusalOrNull(string file, List<string> columns, List<SignatureField> inputs, string version)
    {
        var missing = inputs.Where(i => i.Required).Select(i => i.Name).Except(columns).ToList();
        return missing.Count == 0 ? null
            : $"{file} lacks {(missing.Count == 1 ? "a column" : $"{missing.Count} columns")} that {version} needs: {Listed(missing)}. "
            + (columns is [var only] && only.AsSpan().ContainsAny(";\t|") ? $"Its first line has no comma: between columns there must be commas." : $"It has {Listed(columns)}.");
    }

    private static string Listed(List<string> names) =>
        $"{string.Join(", ", names.Take(FewNames).Select(Cut))}{(names.Count > FewNames ? $" and {names.Count - FewNames} more" : "")}";

    private static string Cut(string text) => text.Length <= Limits.BatchHeadCell ? text : text[..(Limits.BatchHeadCell - 1)] + "…";
}
