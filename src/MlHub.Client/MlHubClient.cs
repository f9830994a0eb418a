namespace MlHub.Client;

/// <summary>
/// Loads registered models from a hub into this program. Safe to use from many threads; one for each hub is enough.
/// <code>
/// using MlHubClient hub = new(new("https://mlhub.example.com"), token);
/// await using var model = await hub.LoadModelAsync("models:/house-price/Production");
/// var prices = await model.PredictAsync&lt;double&gt;(new { beds = 3, sqft = 1500 });
/// </code>
/// </summary>
public sealed class MlHubClient : IDisposable
{
    private readonly HubCalls _hub;
    private readonly ModelCache _cache;
    private readonly MlHubClientOptions _options;

    /// <param name="hub">The hub's address.</param>
    /// <param name="token">An access token with the scope RegistryRead; null where the hub asks nobody to sign in.</param>
    /// <param name="options">How models are fetched and kept.</param>
    public MlHubClient(Uri hub, string? token = null, MlHubClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(hub);
        _options = options ?? new();
        _hub = new(hub, token, _options);
        _cache = new(_hub, _options);
    }

    /// <summary>Downloads the version that the name leads to where the cache does not hold it, checks every file, and loads its ONNX model.</summary>
    /// <param name="uri">As <see cref="ModelUri"/> tells.</param>
    /// <param name="cancel">Ends the attempt; what was downloaded is there for the next.</param>
    /// <exception cref="MlHubException">In a sentence that says why.</exception>
    /// <exception cref="FormatException">For what is no address of a model.</exception>
    public async Task<HubModel> LoadModelAsync(string uri, CancellationToken cancel = default)
    {
        var name = ModelUri.Parse(uri);
        var loaded = await LoadAsync(name, null, _options.UseCacheWhenUnreachable, cancel).ConfigureAwait(false);
        return new(this, name, loaded!.Value.Session, loaded.Value.Tag, loaded.Value.FromCache);
    }

    /// <summary>Downloads and checks a version of any kind and tells its folder, for programs that load it themselves. The files in it must not be changed.</summary>
    public async Task<(ModelVersion Version, string Folder)> DownloadModelAsync(string uri, CancellationToken cancel = default)
    {
        var (manifest, folder, _, _) = (await FetchAsync(ModelUri.Parse(uri), null, _options.UseCacheWhenUnreachable, cancel).ConfigureAwait(false))!.Value;
        return (manifest.ToVersion(), folder);
    }

    public void Dispose() => _hub.Dispose();

    /// <summary>Null where the name still leads to what it led to when the hub gave that tag.</summary>
    internal async Task<(ModelSession Session, string? Tag, bool FromCache)?> LoadAsync(ModelUri uri, string? knownTag, bool orFromCache, CancellationToken cancel)
    {
        if (await FetchAsync(uri, knownTag, orFromCache, cancel).ConfigureAwait(false) is not { } found)
        {
            return null;
        }

        // Loading computes, so it does not hold up whoever awaits on a thread that draws.
        var session = await Task.Run(() => ModelSession.Load(found.Manifest, found.Folder, _options.OnnxRuntime), cancel).ConfigureAwait(false);
        _cache.RemoveUnused();
        return (session, found.Tag, found.FromCache);
    }

    private async Task<(VersionManifest Manifest, string Folder, string? Tag, bool FromCache)?> FetchAsync(ModelUri uri, string? knownTag, bool orFromCache, CancellationToken cancel)
    {
        try
        {
            if (await _hub.FindAsync(uri, knownTag, cancel).ConfigureAwait(false) is not { } found)
            {
                return null;
            }

            var folder = await _cache.LayOutAsync(uri, found.Manifest, fetch: true, cancel).ConfigureAwait(false);
            await _cache.RememberAsync(uri, found.Manifest, cancel).ConfigureAwait(false);
            return (found.Manifest, folder, found.Tag, false);
        }
        catch (MlHubException e) when (e.Problem == MlHubProblem.Unreachable && orFromCache)
        {
            return await _cache.RecallOrNullAsync(uri, cancel).ConfigureAwait(false) is { } known
                ? (known, await _cache.LayOutAsync(uri, known, fetch: false, cancel).ConfigureAwait(false), null, true)
                : throw new MlHubException(MlHubProblem.Unreachable, $"{e.Message} {uri} was never loaded here, so the cache does not know it.", e);
        }
    }
}
