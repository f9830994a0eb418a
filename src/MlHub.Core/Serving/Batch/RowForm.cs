using System.Buffers;
using MlHub.Scoring;

namespace MlHub.Serving.Batch;

/// <summary>How rows of one file are cut out of its bytes and put into requests.</summary>
internal abstract class RowForm
{
    /// <summary>How requests of such rows are written.</summary>
    public abstract RequestForm Request { get; }

    /// <summary>The columns, as a position keeps them.</summary>
    public abstract string Header { get; }

    /// <summary>What stands before, between and behind the rows of a request.</summary>
    public abstract (byte[] Before, byte[] Between, byte[] Behind) Frame { get; }

    /// <summary>
    /// Cuts the next line: how many bytes it takes with its end, 0 where more must be read first. Its content is <paramref name="length"/> bytes long.
    /// </summary>
    public abstract int Cut(ReadOnlySpan<byte> data, bool isEnd, out int length);

    /// <summary>Writes what the model is sent of a line. False for a line that is no row.</summary>
    public abstract bool TryRead(ReadOnlySpan<byte> line, IBufferWriter<byte> sent, out int fields, out string? problem);

    /// <summary>The form of a file, by the header that a position kept.</summary>
    public static RowForm Of(BatchFile file, string header, IReadOnlySet<string> inputs) =>
        file.Form == BatchForm.Csv ? new CsvRows(header) : new JsonRows(header, inputs);

    /// <summary>Finds the header at the beginning of a file, with the bytes that it takes; null where more must be read first, or there is no row.</summary>
    /// <exception cref="BatchFailedException">There is a line, but it names no columns.</exception>
    public static (string Header, int Taken)? HeaderOrNull(BatchFile file, ReadOnlySpan<byte> data, bool isEnd) =>
        file.Form == BatchForm.Csv ? CsvRows.HeaderOrNull(BatchSource.ShownName(file.Name), data, isEnd) : JsonRows.HeaderOrNull(BatchSource.ShownName(file.Name), data, isEnd);
}
