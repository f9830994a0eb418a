using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MlHub.Serving.Batch;

/// <summary>Writes the rows of an output one after the other; <see cref="Take"/> gives what is written so far.</summary>
/// <param name="source">How it is to be written.</param>
/// <param name="columns">Of CSV: the columns of the model's answer, where they are known already.</param>
/// <param name="described">The model's outputs, where nothing else names the columns.</param>
internal sealed class BatchOutput(BatchSource source, IReadOnlyList<string>? columns, IReadOnlyList<string> described)
{
    private readonly bool _hasFiles = source.Files!.Count > 1;
    private ArrayBufferWriter<byte> _written = new(1 << 20), _taken = new(1 << 20);
    private (string Header, RowColumns Columns)? _kept;

    public IReadOnlyList<string>? Columns { get; private set; } = columns;

    public int Length => _written.WrittenCount;

    /// <summary>It holds until the next but one is taken.</summary>
    public ReadOnlyMemory<byte> Take()
    {
        (_written, _taken) = (_taken, _written);
        _written.ResetWrittenCount();
        return _taken.WrittenMemory;
    }

    public void Write(RowChunk chunk, ScoredChunk scored)
    {
        if (source.Output == BatchForm.Csv && Columns is null)
        {
            var first = Array.FindIndex(scored.Errors, e => e is null);
            Columns = first < 0 ? described : CsvCells.ColumnsOf(scored.Predictions[first].Span);
            WriteHeader(chunk);
        }

        for (var i = 0; i < chunk.Rows.Count; i++)
        {
            if (source.Output == BatchForm.Csv)
            {
                WriteCsv(chunk, i, scored);
            }
            else
            {
                WriteJson(chunk, i, scored);
            }
        }
    }

    private void WriteJson(RowChunk chunk, int index, ScoredChunk scored)
    {
        var row = chunk.Rows[index];
        Put("{\"row\":"u8);
        Put(chunk.FirstRow + index);
        if (_hasFiles)
        {
            Put(",\"file\":"u8);
            PutJson(chunk.File.Name);
        }

        if (source.KeepInputs)
        {
            Put(",\"input\":"u8);
            Kept(chunk).WriteJson(_written, chunk.RawOf(row), row.Problem is null);
        }

        if (scored.Errors[index] is { } error)
        {
            Put(",\"error\":"u8);
            PutJson(error);
        }
        else
        {
            Put(",\"prediction\":"u8);
            Put(scored.Predictions[index].Span);
        }

        Put("}\n"u8);
    }

    private void WriteHeader(RowChunk chunk)
    {
        List<string> names = ["row", .. _hasFiles ? ["file"] : Array.Empty<string>(), .. source.KeepInputs ? Kept(chunk).Names : []];
        names.AddRange([.. Columns!.Select(c => names.Contains(c) ? $"prediction.{c}" : c)]);
        CsvCells.WriteText(_written, names[0]);
        foreach (var name in names.Skip(1).Append("error"))
        {
            Put(","u8);
            CsvCells.WriteText(_written, name);
        }

        Put("\n"u8);
    }

    private void WriteCsv(RowChunk chunk, int index, ScoredChunk scored)
    {
        var row = chunk.Rows[index];
        Put(chunk.FirstRow + index);
        if (_hasFiles)
        {
            Put(","u8);
            CsvCells.WriteText(_written, chunk.File.Name);
        }

        if (source.KeepInputs)
        {
            Put(","u8);
            Kept(chunk).WriteCsv(_written, chunk.RawOf(row), row);
        }

        Put(","u8);
        if (scored.Errors[index] is { } error)
        {
            Put(","u8, Columns!.Count - 1);
            Put(","u8);
            CsvCells.WriteText(_written, error);
        }
        else
        {
            CsvCells.WritePrediction(_written, scored.Predictions[index].Span, Columns!);
            Put(","u8);
        }

        Put("\n"u8);
    }

    private RowColumns Kept(RowChunk chunk)
    {
        if (_kept is not { } known || known.Header != chunk.Header)
        {
            var next = RowColumns.Of(chunk.File.Form, chunk.Header);
            if (source.Output == BatchForm.Csv && _kept is { } before && !before.Columns.Names.SequenceEqual(next.Names))
            {
                throw new BatchFailedException($"{chunk.File.Name} has other columns than the files before it. Leave the inputs out of the output, or have it written as JSON Lines.");
            }

            _kept = (chunk.Header, next);
        }

        return _kept.Value.Columns;
    }

    private void Put(ReadOnlySpan<byte> bytes) => _written.Write(bytes);

    private void Put(ReadOnlySpan<byte> bytes, int times)
    {
        for (var i = 0; i < times; i++)
        {
            _written.Write(bytes);
        }
    }

    private void Put(long number)
    {
        number.TryFormat(_written.GetSpan(20), out var length, provider: CultureInfo.InvariantCulture);
        _written.Advance(length);
    }

    private void PutJson(string text)
    {
        Put("\""u8);
        Put(JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        Put("\""u8);
    }
}
