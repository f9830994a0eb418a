using System.Buffers;
using System.Text.Unicode;

namespace MlHub.Serving.Batch;

/// <summary>Tells what is no file of rows by how it begins, so that nobody is told of quotes and fields of a spreadsheet's ZIP file.</summary>
internal static class FileText
{
    private const int Looked = 4096;

    /// <exception cref="BatchFailedException">It is no text in UTF-8.</exception>
    public static void Require(BatchFile file, ReadOnlySpan<byte> beginning)
    {
        var looked = beginning[..Math.Min(beginning.Length, Looked)];
        if (KindOrNull(looked) is { } kind)
        {
            throw new BatchFailedException($"{BatchSource.ShownName(file.Name)} {kind}. Rows must be CSV or JSON Lines, as text in UTF-8.");
        }
    }

    private static string? KindOrNull(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] => "is written in UTF-16",
        [(byte)'P', (byte)'K', 3, 4, ..] => "is a ZIP file, such as a spreadsheet",
        [0x1F, 0x8B, ..] => "is compressed",
        [(byte)'P', (byte)'A', (byte)'R', (byte)'1', ..] => "is a Parquet file",
        _ => bytes.Contains((byte)0) || !IsUtf8(bytes) ? "is no such text" : null,
    };

    /// <summary>The last letter may be cut in two.</summary>
    private static bool IsUtf8(ReadOnlySpan<byte> bytes) =>
        Utf8.ToUtf16(bytes, new char[bytes.Length], out _, out _, replaceInvalidSequences: false, isFinalBlock: false) != OperationStatus.InvalidData;
}
