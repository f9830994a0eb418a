using MlHub.Operations;

namespace MlHub.Testing;

/// <summary>A cache that loses everything at once.</summary>
public sealed class NothingKept : IKeptBytes
{
    public byte[]? FindOrNull(string kind, string name) => null;

    public void Keep(string kind, string name, ReadOnlySpan<byte> content)
    {
    }

    public void Forget(string kind, string name)
    {
    }
}
