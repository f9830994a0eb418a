using System.Security.Cryptography;

namespace MlHub.Artifacts;

/// <summary>The parts of an upload one after the other, each checked against its digest as it passes.</summary>
internal sealed class JoinedParts(IBlobStore parts, IReadOnlyList<UploadPart> inOrder) : Stream
{
    private readonly IncrementalHash _sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private int _next;
    private Stream? _part;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_part is not null || _next < inOrder.Count)
        {
            _part ??= await parts.OpenOrNullAsync(inOrder[_next].Digest, cancellationToken) ?? throw Lost();
            var read = await _part.ReadAsync(buffer, cancellationToken);
            if (read > 0)
            {
                _sha.AppendData(buffer.Span[..read]);
                return read;
            }

            await _part.DisposeAsync();
            _part = null;
            if (Convert.ToHexStringLower(_sha.GetHashAndReset()) != inOrder[_next].Digest)
            {
                throw Lost();
            }

            _next++;
        }

        return 0;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _part?.Dispose();
            _sha.Dispose();
        }

        base.Dispose(disposing);
    }

    private HubException Lost() => new(HubError.DataLoss, $"The stored bytes of part {inOrder[_next].Number} are damaged or missing. Upload the part again, then complete.");
}
