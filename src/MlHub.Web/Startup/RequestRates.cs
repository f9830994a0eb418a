using System.Threading.RateLimiting;
using MlHub.Web.Access;
using MlHub.Web.Api;

namespace MlHub.Web.Startup;

/// <summary>
/// Keeps one caller from taking the whole hub: each account, or address without one, has its own bucket of requests, and so many
/// pages that stay connected.
/// </summary>
public static class RequestRates
{
    /// <summary>Requests a second of one caller that are answered on end; a burst may be twice as many. 0 is no limit.</summary>
    public const string Setting = "MlHub:RequestsPerSecond";

    /// <summary>The same for requests to served models, which are counted apart: a busy application is no busy training job.</summary>
    public const string ServingSetting = "MlHub:Serving:RequestsPerSecond";

    private const int RefillsPerSecond = 10;

    public static void AddRequestRates(this IServiceCollection services, int perSecond, int servingPerSecond) => services.AddRateLimiter(o =>
    {
        o.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
            IsOutside(context) ? RateLimitPartition.GetNoLimiter("")
            : IsOpenPage(context) ? RateLimitPartition.GetConcurrencyLimiter($"p:{CallerOf(context)}", _ => new() { PermitLimit = Limits.OpenPagesPerUser })
            : IsScoring(context) ? (servingPerSecond == 0
                ? RateLimitPartition.GetNoLimiter("")
                : RateLimitPartition.GetTokenBucketLimiter($"s:{CallerOf(context)}", _ => Bucket(servingPerSecond)))
            : perSecond == 0 ? RateLimitPartition.GetNoLimiter("")
            : RateLimitPartition.GetTokenBucketLimiter(CallerOf(context), _ => Bucket(perSecond)));
        o.OnRejected = (rejected, _) => new(MlflowErrors.WriteAsync(rejected.HttpContext, new HubException(
            HubError.TooManyRequests,
            IsOpenPage(rejected.HttpContext)
                ? $"This account has {Limits.OpenPagesPerUser} pages open already. Close some for another to follow what happens."
                : IsScoring(rejected.HttpContext)
                ? $"This account asks models more than {servingPerSecond} times a second. Ask less often, or for several rows at a time."
                : $"This account sends more than {perSecond} requests a second. Send fewer, or several in one log-batch.")));
    });

    /// <summary>The connection that a page keeps while it is open, and the question before it.</summary>
    private static bool IsOpenPage(HttpContext context) => context.Request.Path.Value is "/_blazor" or "/_blazor/negotiate";

    private static bool IsScoring(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<DeclaredAccess>() is { Scope: Scopes.ServingInvoke };

    /// <summary>What a supervisor asks, and files that never change.</summary>
    private static bool IsOutside(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<DeclaredAccess>() is { Kind: AccessKind.Public };

    private static TokenBucketRateLimiterOptions Bucket(int perSecond)
    {
        var tokens = Math.Max(1, perSecond / RefillsPerSecond);
        return new() { TokenLimit = 2 * perSecond, TokensPerPeriod = tokens, ReplenishmentPeriod = TimeSpan.FromSeconds((double)tokens / perSecond), QueueLimit = 0 };
    }

    private static string CallerOf(HttpContext context) =>
        context.User.Identity?.IsAuthenticated == true ? $"a:{context.User.AsCaller().Id}" : $"i:{context.Connection.RemoteIpAddress}";
}
