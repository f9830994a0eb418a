namespace MlHub.Serving.Batch;

/// <summary>What an address answered.</summary>
/// <param name="Body">From the asked byte on; it goes on by itself where the connection breaks.</param>
/// <param name="Bytes">Of the whole; null where it is not told.</param>
/// <param name="Tag">Its ETag or, where there is none, the time of its change; null where neither is told.</param>
public sealed record WebContent(Stream Body, long? Bytes, string? Tag);

/// <summary>Reads addresses that people name, where the operator lets the hub read them.</summary>
public interface IWebSource
{
    /// <exception cref="HubException">Invalid: it is no address that may be read.</exception>
    Task CheckAsync(string url, CancellationToken cancel);

    /// <param name="url">Redirects are followed, each looked at like the address itself.</param>
    /// <param name="offset">The byte to begin at.</param>
    /// <param name="tag">As an earlier answer had it: what is there now must be the same. Null where nobody has read it yet.</param>
    /// <exception cref="BatchFailedException">It may not be read, it cannot be reached, or something else is there than before.</exception>
    Task<WebContent> OpenAsync(string url, long offset, string? tag, CancellationToken cancel);
}
