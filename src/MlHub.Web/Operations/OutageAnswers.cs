using MlHub.Web.Access;
using MlHub.Web.Api;

namespace MlHub.Web.Operations;

/// <summary>
/// 503 or 507, not 500, where the database is away or its disk full while nobody has come to a call yet, or on a page: the sign-in reads
/// the database too.
/// </summary>
public static class OutageAnswers
{
    public static IApplicationBuilder UseOutageAnswers(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        try
        {
            await next(context);
        }
        catch (Exception e) when (!context.Response.HasStarted && ForPrograms.Is(context.Request) && MlflowErrors.OutageOrNull(context, e) is { } outage)
        {
            await MlflowErrors.WriteAsync(context, outage);
        }
    });

    /// <summary>The status of the page that tells of a failure.</summary>
    public static int StatusOf(this IServiceProvider services, Exception failure) =>
        (failure as HubException ?? services.GetRequiredService<HubDbFactory>().ExplainOrNull(failure))?.Error switch
        {
            HubError.Unavailable => StatusCodes.Status503ServiceUnavailable,
            HubError.StorageFull => StatusCodes.Status507InsufficientStorage,
            _ => StatusCodes.Status500InternalServerError,
        };
}
