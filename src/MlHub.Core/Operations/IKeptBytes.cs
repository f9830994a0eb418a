namespace MlHub.Operations;

/// <summary>
/// What was dear to make and can be made again, kept over a restart. Nothing is promised: what was kept may be gone, but it never comes back changed. Neither
/// a full disk nor a missing folder is told to the caller.
/// </summary>
public interface IKeptBytes
{
    /// <summary>What was last kept under the name; null where there is nothing, or nothing whole.</summary>
    /// <param name="kind">What it is and the version of how it is written, in small letters, digits and dashes.</param>
    /// <param name="name">Of the same letters.</param>
    byte[]? FindOrNull(string kind, string name);

    void Keep(string kind, string name, ReadOnlySpan<byte> content);

    void Forget(string kind, string name);
}
