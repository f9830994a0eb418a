namespace MlHub.Testing.Blobs;

/// <summary>
/// A body as it arrives from a network: it cannot seek, comes in odd pieces, is made up as it is read, and may do something
/// on its way, such as fail.
/// </summary>
public sealed class GeneratedStream(long size, Action<long>? atPosition = null) : Stream
{
    private const int Piece = 50_021;

    private static readonly byte[] Pattern = GivenBytes.Random(Piece);

    private long _position;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        atPosition?.Invoke(_position);
        var start = (int)(_position % Piece);
        var length = (int)Math.Min(Math.Min(buffer.Length, Piece - start), size - _position);
        Pattern.AsSpan(start, length).CopyTo(buffer);
        _position += length;
        return length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<int>(cancellationToken) : ValueTask.FromResult(Read(buffer.Span));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
