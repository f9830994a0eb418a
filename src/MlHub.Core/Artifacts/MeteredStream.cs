using System.Security.Cryptography;

namespace MlHub.Artifacts;

/// <summary>An incoming body on its way to the store: each piece is announced before it is stored, and an MD5 is computed where one was sent.</summary>
internal sealed class MeteredStream(IncomingContent content, Action<int> announce) : Stream
{
#pragma warning disable CA5351 // Only compared with what the sender computed to find errors of transport.
    private readonly IncrementalHash? _md5 = content.Md5 is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.MD5);
#pragma warning restore CA5351

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
        var read = await content.Body.ReadAsync(buffer, cancellationToken);
        if (read > 0)
        {
            announce(read);
            _md5?.AppendData(buffer.Span[..read]);
        }

        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <exception cref="HubException">Invalid where the bytes are not those that the sender announced.</exception>
    public void RequireAnnounced(StoredBlob stored)
    {
        if ((content.Sha256 is { } sha && Convert.ToHexStringLower(sha) != stored.Digest)
            || (_md5 is not null && !_md5.GetCurrentHash().AsSpan().SequenceEqual(content.Md5)))
        {
            throw HubException.Invalid("The bytes that arrived do not have the digest that was announced for them. Nothing was stored; send them again.");
        }
    }

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
            _md5?.Dispose();
        }

        base.Dispose(disposing);
    }
}
