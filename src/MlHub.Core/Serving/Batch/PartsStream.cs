using System.Security.Cryptography;
using System.Text;
using MlHub.Artifacts;

namespace MlHub.Serving.Batch;

/// <summary>The parts of an output as one stream, of which one is open at a time.</summary>
internal sealed class PartsStream(IReadOnlyList<StoredBlob> parts, CheckedBlobs blobs) : Stream
{
    private Stream? _open;
    private int _index = -1;
    private long _position;

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length { get; } = parts.Sum(p => p.Size);

    public override long Position
    {
        get => _position;
        set => _position = value;
    }

    public static string TagOf(IEnumerable<StoredBlob> parts) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(parts.Select(p => p.Digest)))));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var (index, before) = (0, 0L);
        while (index < parts.Count && before + parts[index].Size <= _position)
        {
            before += parts[index++].Size;
        }

        if (index == parts.Count)
        {
            return 0;
        }

        if (index != _index)
        {
            await CloseAsync();
            (_open, _index) = (await blobs.OpenAsync(parts[index].Digest, "a part of the output", cancellationToken), index);
        }

        _open!.Position = _position - before;
        var read = await _open.ReadAsync(buffer, cancellationToken);
        _position += read;
        return read > 0 ? read : throw new HubException(HubError.DataLoss, "A part of the output is shorter than it was.");
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => _position = offset + (origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => _position, _ => Length });

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        _open?.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask CloseAsync()
    {
        if (_open is { } open)
        {
            (_open, _index) = (null, -1);
            await open.DisposeAsync();
        }
    }
}
