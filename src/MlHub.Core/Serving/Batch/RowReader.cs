using System.Buffers;
using System.Runtime.CompilerServices;

namespace MlHub.Serving.Batch;

/// <summary>Reads the files of a source in chunks of rows. Where chunks end depends on the bytes alone, and from any end of one it can go on.</summary>
/// <param name="files">As they were settled.</param>
/// <param name="inputs">The columns that the model knows.</param>
/// <param name="open">Opens a file at an offset.</param>
/// <param name="mostRows">Rows of one chunk.</param>
internal sealed class RowReader(
    IReadOnlyList<BatchFile> files, IReadOnlySet<string> inputs, Func<BatchFile, long, CancellationToken, Task<Stream>> open, int mostRows = RowReader.MostRows)
{
    public const int MostRows = 5000, MostBytes = 4 << 20;

    private const int FirstBuffer = 1 << 20;

    public async IAsyncEnumerable<RowChunk> ReadAsync(BatchPosition from, [EnumeratorCancellation] CancellationToken cancel)
    {
        var position = from;
        var before = files.Take(from.File).Sum(f => f.Bytes ?? 0);
        while (position.File < files.Count)
        {
            var file = files[position.File];
            var (start, row) = (position, position.Row);
            await foreach (var chunk in ReadFileAsync(file, start, before, cancel))
            {
                row = chunk.After.Row;
                yield return chunk;
            }

            before += file.Bytes ?? 0;
            position = new(position.File + 1, 0, row, null, null);
        }
    }

    private async IAsyncEnumerable<RowChunk> ReadFileAsync(BatchFile file, BatchPosition from, long before, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var stream = await open(file, from.Offset, cancel);
        var buffer = new byte[FirstBuffer];
        var (offset, begin, scanned, end, isEnd) = (from.Offset, 0, 0, 0, false);
        var form = from.Header is { } known ? RowForm.Of(file, known, inputs) : null;
        List<ChunkRow> rows = [];
        ArrayBufferWriter<byte> sent = new();
        var row = from.Row;
        while (true)
        {
            if (form is null)
            {
                FileText.Require(file, buffer.AsSpan(begin, end - begin));
            }

            if (form is null && RowForm.HeaderOrNull(file, buffer.AsSpan(begin, end - begin), isEnd) is var (header, taken))
            {
                form = RowForm.Of(file, header, inputs);
                (offset, begin, scanned) = (offset + taken, begin + taken, begin + taken);
            }

            while (form is not null && rows.Count < mostRows && scanned - begin < MostBytes && form.Cut(buffer.AsSpan(scanned, end - scanned), isEnd, out var length) is > 0 and var line)
            {
                var sentStart = sent.WrittenCount;
                if (form.TryRead(buffer.AsSpan(scanned, length), sent, out var fields, out var problem))
                {
                    rows.Add(new(scanned - begin, length, sentStart, sent.WrittenCount - sentStart, fields, problem));
                }

                scanned += line;
            }

            var isFull = rows.Count >= mostRows || scanned - begin >= MostBytes;
            if (form is not null && rows.Count > 0 && (isFull || (isEnd && scanned == end)))
            {
                var after = new BatchPosition(from.File, offset + scanned - begin, row + rows.Count, form.Header, null);
                yield return new(file, form.Header, buffer[begin..scanned], sent.WrittenSpan.ToArray(), rows, row + 1, after, before + after.Offset);
                row += rows.Count;
                (rows, offset, begin) = ([], after.Offset, scanned);
                sent.ResetWrittenCount();
            }
            else if (isFull)
            {
                // Nothing but empty lines.
                (offset, begin) = (offset + scanned - begin, scanned);
            }
            else if (isEnd)
            {
                yield break;
            }
            else if (end - scanned > MostBytes)
            {
                throw new BatchFailedException($"Row {row + rows.Count + 1} of {BatchSource.ShownName(file.Name)} is longer than {MostBytes} bytes. Is there a quote that does not end?");
            }
            else
            {
                (begin, scanned, end) = MakeRoom(ref buffer, begin, scanned, end);
                var read = await stream.ReadAsync(buffer.AsMemory(end), cancel);
                (end, isEnd) = (end + read, read == 0);
            }
        }
    }

    /// <summary>Moves what is not done with to the buffer's beginning; a larger buffer where half of it is still needed.</summary>
    private static (int Begin, int Scanned, int End) MakeRoom(ref byte[] buffer, int begin, int scanned, int end)
    {
        var kept = buffer.AsSpan(begin, end - begin);
        var target = kept.Length > buffer.Length / 2 ? new byte[buffer.Length * 2] : buffer;
        kept.CopyTo(target);
        buffer = target;
        return (0, scanned - begin, end - begin);
    }
}
