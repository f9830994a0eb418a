using System.Collections.Concurrent;

namespace Samples.Tests.Client;

/// <summary>Between a client and the network: remembers what was asked, and may change what is answered.</summary>
public sealed class Wire() : DelegatingHandler(new SocketsHttpHandler())
{
    public ConcurrentQueue<(string Path, long? From)> Asked { get; } = new();

    /// <summary>How many files were asked for.</summary>
    public int Downloads => Asked.Count(a => a.Path.StartsWith("/signed/", StringComparison.Ordinal));

    /// <summary>Changes the bytes of files on their way.</summary>
    public Func<byte[], byte[]>? Tamper { get; set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath;
        Asked.Enqueue((path, request.Headers.Range?.Ranges.Single().From));
        Assert.False(path.StartsWith("/signed/", StringComparison.Ordinal) && request.Headers.Authorization is not null, "The token was sent with a link.");
        var answer = await base.SendAsync(request, cancellationToken);
        if (Tamper is { } tamper && path.StartsWith("/signed/", StringComparison.Ordinal))
        {
            answer.Content = new ByteArrayContent(tamper(await answer.Content.ReadAsByteArrayAsync(cancellationToken)));
        }

        return answer;
    }
}
