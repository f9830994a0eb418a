using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace MlHub.Client;

/// <summary>What the hub is asked: which version a name leads to, with links to its files.</summary>
internal sealed class HubCalls : IDisposable
{
    private const string Path = "api/2.0/mlhub/model-versions/download-links";

    private readonly Uri _hub;
    private readonly string? _token;
    private readonly HttpClient _http;
    private readonly TimeSpan _patience;

    public HubCalls(Uri hub, string? token, MlHubClientOptions options)
    {
        // Relative addresses keep a path such as https://host/mlhub only if it ends in a slash.
        (_hub, _token, _patience) = (new(hub.AbsoluteUri.TrimEnd('/') + "/"), token, options.Patience);
        _http = new(options.Handler ?? new SocketsHttpHandler(), disposeHandler: options.Handler is null) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Tells hubs apart in the cache.</summary>
    public string Hub => _hub.AbsoluteUri;

    /// <summary>Null where the name leads to what it led to when the hub gave that tag.</summary>
    /// <exception cref="MlHubException">Unreachable, Denied, NotFound or Misunderstood.</exception>
    public async Task<(VersionManifest Manifest, string? Tag)?> FindAsync(ModelUri uri, string? knownTag, CancellationToken cancel)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri(_hub, $"{Path}?name={Uri.EscapeDataString(uri.Name)}&version={Uri.EscapeDataString(uri.Selector)}"));
        if (_token is not null)
        {
            request.Headers.Authorization = new("Bearer", _token);
        }

        if (knownTag is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", knownTag);
        }

        using var answer = await SendAsync(request, cancel).ConfigureAwait(false);
        return answer.StatusCode == HttpStatusCode.NotModified ? null : (await ReadAsync(answer, uri, cancel).ConfigureAwait(false), answer.Headers.ETag?.ToString());
    }

    /// <summary>Asks for a file by its link, which needs no token, from a byte on; the body is still to be read.</summary>
    /// <exception cref="MlHubException">Unreachable.</exception>
    public async Task<HttpResponseMessage> OpenAsync(ManifestFile file, long from, CancellationToken cancel)
    {
        var link = new Uri(_hub, file.Url);
        if (link.Scheme != _hub.Scheme)
        {
            throw new MlHubException(MlHubProblem.Misunderstood, $"The hub at {_hub} gives links of {link.Scheme}. Behind a proxy it must be told its address: MlHub:PublicUrl.");
        }

        using HttpRequestMessage request = new(HttpMethod.Get, link);
        if (from > 0)
        {
            request.Headers.Range = new(from, null);
            request.Headers.IfRange = new(new EntityTagHeaderValue($"\"{file.Sha256}\""));
        }

        return await SendAsync(request, cancel).ConfigureAwait(false);
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(_patience);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw new MlHubException(MlHubProblem.Unreachable, $"The hub at {_hub} cannot be reached: {(e is HttpRequestException ? e.Message : $"it was silent for {_patience.TotalSeconds:0.#} s")}", e);
        }
    }

    private async Task<VersionManifest> ReadAsync(HttpResponseMessage answer, ModelUri uri, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(_patience);
        byte[] body;
        try
        {
            body = await answer.Content.ReadAsByteArrayAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw new MlHubException(MlHubProblem.Unreachable, $"The answer of the hub at {_hub} was cut off.", e);
        }

        if (answer.IsSuccessStatusCode)
        {
            return Parsed(() => JsonSerializer.Deserialize(body, ClientJson.Default.VersionManifest)) is { } manifest && manifest.IsSound()
                ? manifest
                : throw new MlHubException(MlHubProblem.Misunderstood, $"What answers at {_hub} is no MlHub, or one that this library does not understand.") { Status = (int)answer.StatusCode };
        }

        var words = Parsed(() => JsonSerializer.Deserialize(body, ClientJson.Default.Refusal))?.Message ?? $"it answered {(int)answer.StatusCode}";
        var problem = answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => MlHubProblem.Denied,
            HttpStatusCode.NotFound or HttpStatusCode.BadRequest or HttpStatusCode.Conflict => MlHubProblem.NotFound,
            HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError => MlHubProblem.Unreachable,
            _ => MlHubProblem.Misunderstood,
        };
        throw new MlHubException(problem, $"The hub does not give {uri}: {words}") { Status = (int)answer.StatusCode };
    }

    private static T? Parsed<T>(Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
