namespace System.IO.Hashing;

/// <summary>A checksum over bytes that arrive in pieces, in the shape of the package's class.</summary>
public abstract class NonCryptographicHashAlgorithm(int hashLengthInBytes)
{
    public int HashLengthInBytes { get; } = hashLengthInBytes > 0
        ? hashLengthInBytes
        : throw new ArgumentOutOfRangeException(nameof(hashLengthInBytes));

    public abstract void Append(ReadOnlySpan<byte> source);

    public abstract void Reset();

    protected abstract void GetCurrentHashCore(Span<byte> destination);

    protected virtual void GetHashAndResetCore(Span<byte> destination)
    {
        GetCurrentHashCore(destination);
        Reset();
    }

    public void Append(byte[] source)
    {
        ArgumentNullException.ThrowIfNull(source);
        Append(source.AsSpan());
    }

    public void Append(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var buffer = new byte[81920];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            Append(buffer.AsSpan(0, read));
        }
    }

    public async Task AppendAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var buffer = new byte[81920];
        for (int read; (read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
        {
            Append(buffer.AsSpan(0, read));
        }
    }

    public byte[] GetCurrentHash()
    {
        var hash = new byte[HashLengthInBytes];
        GetCurrentHashCore(hash);
        return hash;
    }

    public int GetCurrentHash(Span<byte> destination) =>
        TryGetCurrentHash(destination, out var written) ? written : throw TooShort(nameof(destination));

    public bool TryGetCurrentHash(Span<byte> destination, out int bytesWritten)
    {
        var fits = destination.Length >= HashLengthInBytes;
        bytesWritten = fits ? HashLengthInBytes : 0;
        if (fits)
        {
            GetCurrentHashCore(destination[..HashLengthInBytes]);
        }

        return fits;
    }

    public byte[] GetHashAndReset()
    {
        var hash = new byte[HashLengthInBytes];
        GetHashAndResetCore(hash);
        return hash;
    }

    public int GetHashAndReset(Span<byte> destination) =>
        TryGetHashAndReset(destination, out var written) ? written : throw TooShort(nameof(destination));

    public bool TryGetHashAndReset(Span<byte> destination, out int bytesWritten)
    {
        var fits = destination.Length >= HashLengthInBytes;
        bytesWritten = fits ? HashLengthInBytes : 0;
        if (fits)
        {
            GetHashAndResetCore(destination[..HashLengthInBytes]);
        }

        return fits;
    }

    private static ArgumentException TooShort(string parameter) => new("The destination is shorter than the hash.", parameter);
}
