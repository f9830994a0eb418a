namespace MlHub.Serving.Batch;

/// <summary>A row of a chunk.</summary>
/// <param name="Start">Where its bytes begin in <see cref="RowChunk.Raw"/>.</param>
/// <param name="Length">How many they are, without the line's end.</param>
/// <param name="SentStart">Where what the model is sent of it begins in <see cref="RowChunk.Sent"/>.</param>
/// <param name="SentLength">How long that is.</param>
/// <param name="Fields">Of CSV: how many it has.</param>
/// <param name="Problem">Why the model cannot be asked; null where it can.</param>
internal readonly record struct ChunkRow(int Start, int Length, int SentStart, int SentLength, int Fields, string? Problem);

/// <summary>Some rows of one file, as they are asked together.</summary>
/// <param name="File">Which file.</param>
/// <param name="Header">Its columns, as <see cref="BatchPosition.Header"/> has them.</param>
/// <param name="Raw">The bytes of the source.</param>
/// <param name="Sent">The bytes that requests are made of.</param>
/// <param name="Rows">The rows, in their order.</param>
/// <param name="FirstRow">The number of the first one in the source, from 1.</param>
/// <param name="After">Where reading goes on.</param>
/// <param name="BytesRead">Of all files until there.</param>
internal sealed record RowChunk(
    BatchFile File, string Header, byte[] Raw, byte[] Sent, IReadOnlyList<ChunkRow> Rows, long FirstRow, BatchPosition After, long BytesRead)
{
    public ReadOnlySpan<byte> RawOf(ChunkRow row) => Raw.AsSpan(row.Start, row.Length);

    public ReadOnlySpan<byte> SentOf(ChunkRow row) => Sent.AsSpan(row.SentStart, row.SentLength);
}
