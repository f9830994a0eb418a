using System.Text.Json;
using MlHub.Web.Startup;

namespace MlHub.Web.Operations;

/// <summary>
/// <c>/health</c>, <c>/health/live</c> and <c>/health/ready</c>, answered before all else: a supervisor asks them by an address
/// of its own, without credentials, and also when nothing else works.
/// </summary>
public sealed class HealthAnswers : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.MapWhen(IsHealth, health => health.UseBrowserDefence().Run(AnswerAsync));
        next(app);
    };

    private static bool IsHealth(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/health") && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method));

    private static Task AnswerAsync(HttpContext context) => context.Request.Path.Value switch
    {
        "/health" or "/health/live" => context.Response.WriteAsync("OK", context.RequestAborted),
        "/health/ready" => AnswerReadinessAsync(context),
        _ => NotFound(context),
    };

    private static async Task AnswerReadinessAsync(HttpContext context)
    {
        var report = await context.RequestServices.GetRequiredService<Readiness>().AskAsync();
        context.Response.StatusCode = report.Status == ReadinessReport.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        if (report.Status != ReadinessReport.Ready)
        {
            context.Response.Headers.RetryAfter = "2";
        }

        await context.Response.WriteAsJsonAsync(report, JsonSerializerOptions.Web, context.RequestAborted);
    }

    private static Task NotFound(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
