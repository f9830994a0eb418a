using System.Net;

namespace ModelGate.Hub;

/// <summary>Tries a call again while the hub is away or busy: after a second, two, four … with some chance in it, or when the hub says.</summary>
public sealed class Patience(TimeSpan first, TimeProvider clock) : DelegatingHandler(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
{
    private const int Tries = 6;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan EachTry = TimeSpan.FromSeconds(30);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var tried = 1; ; tried++)
        {
            var (answer, failure) = await TryAsync(request, cancellationToken);
            if (answer is not null && (!IsPassing(answer.StatusCode) || tried == Tries))
            {
                return answer;
            }

            if (answer is null && tried == Tries)
            {
                throw failure!;
            }

            var asked = answer?.Headers.RetryAfter?.Delta;
            answer?.Dispose();
            await Task.Delay(Pause(tried, asked), clock, cancellationToken);
        }
    }

    private async Task<(HttpResponseMessage?, Exception?)> TryAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(EachTry);
        try
        {
            return (await base.SendAsync(request, limit.Token), null);
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return (null, e as HttpRequestException ?? new HttpRequestException($"{request.RequestUri} did not answer in time.", e));
        }
    }

    private static bool IsPassing(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError
            or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private TimeSpan Pause(int tried, TimeSpan? asked)
    {
        var pause = asked ?? first * Math.Pow(2, tried - 1) * (0.8 + (0.4 * Random.Shared.NextDouble()));
        return pause < Longest ? pause : Longest;
    }
}
