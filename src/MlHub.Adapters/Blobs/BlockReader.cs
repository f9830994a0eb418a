using System.Buffers;
using System.Security.Cryptography;
using MlHub.Artifacts;

namespace MlHub.Adapters.Blobs;

/// <summary>Cuts a stream into blocks of one size, only the last of which may be shorter, and hashes them as they pass.</summary>
internal sealed class BlockReader(Stream content, int blockBytes) : IDisposable
{
    private readonly byte[] _block = ArrayPool<byte>.Shared.Rent(blockBytes);
    private readonly byte[] _next = new byte[1];
    private readonly IncrementalHash _sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private int _length;
    private int _ahead;
    private long _size;

    /// <summary>Whether the block at hand ends the stream.</summary>
    public bool IsLast => _ahead == 0;

    public async Task ReadAsync(CancellationToken cancel)
    {
        _block[0] = _next[0];
        var rest = _block.AsMemory(_ahead, blockBytes - _ahead);
        _length = _ahead + await content.ReadAtLeastAsync(rest, rest.Length, throwOnEndOfStream: false, cancel);
        // One byte further tells whether a full block is the last one.
        _ahead = _length < blockBytes ? 0 : await content.ReadAsync(_next, cancel);
        _sha.AppendData(_block, 0, _length);
        _size += _length;
    }

    /// <summary>The block at hand, until the next one is read.</summary>
    public MemoryStream OpenBlock() => new(_block, 0, _length, writable: false);

    /// <summary>What has been read, after the last block.</summary>
    public StoredBlob Total() => new(Convert.ToHexStringLower(_sha.GetCurrentHash()), _size);

    public void Dispose()
    {
        _sha.Dispose();
        ArrayPool<byte>.Shared.Return(_block);
    }
}
