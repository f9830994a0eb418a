using System.Net;
using System.Threading.RateLimiting;

namespace MlHub.Web.Access;

/// <summary>Slows down guessing: after too many wrong credentials from one address, all its attempts are refused for a while.</summary>
public sealed class SignInLimits : IDisposable
{
    private readonly PartitionedRateLimiter<IPAddress> _failures = PartitionedRateLimiter.Create<IPAddress, IPAddress>(
        address => RateLimitPartition.GetFixedWindowLimiter(
            address, _ => new() { PermitLimit = Limits.WrongCredentialsPerMinute, Window = TimeSpan.FromMinutes(1), QueueLimit = 0 }));

    /// <exception cref="HubException">TooManyRequests while the address has to wait.</exception>
    public void RequireOpen(IPAddress? from)
    {
        if (_failures.GetStatistics(from ?? IPAddress.None) is { CurrentAvailablePermits: 0 })
        {
            throw new HubException(HubError.TooManyRequests, "Too many wrong credentials came from this address. Wait a minute, then try again.");
        }
    }

    public void CountFailure(IPAddress? from) => _failures.AttemptAcquire(from ?? IPAddress.None).Dispose();

    public void Dispose() => _failures.Dispose();
}
