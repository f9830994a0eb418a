using MlHub.Serving;

namespace MlHub.Web.Serving;

/// <summary>Bounds what the bodies of all requests to models take of the hub's memory together, from reading to the answer: sixteen of the largest.</summary>
public sealed class BodyBudget(ServingSettings settings)
{
    private const int Largest = 16;

    private long _left = (long)Largest * settings.BodyBytes;

    /// <param name="length">As the request names it; one that names none may be as long as any.</param>
    /// <returns>To be disposed of when the request is answered.</returns>
    /// <exception cref="HubException">TooManyRequests.</exception>
    public IDisposable Take(long? length)
    {
        var bytes = Math.Min(length ?? settings.BodyBytes, settings.BodyBytes);
        if (Interlocked.Add(ref _left, -bytes) < 0)
        {
            Interlocked.Add(ref _left, bytes);
            throw new HubException(HubError.TooManyRequests, "Large requests to models are waiting already. Try again soon, or send fewer rows at a time.");
        }

        return new Taken(this, bytes);
    }

    private sealed class Taken(BodyBudget budget, long bytes) : IDisposable
    {
        public void Dispose() => Interlocked.Add(ref budget._left, bytes);
    }
}
