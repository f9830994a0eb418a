using System.Diagnostics;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.Logging.Console;

namespace MlHub.Web.Operations;

public enum LogFormat
{
    Plain,

    /// <summary>One JSON object a line, for programs that collect logs.</summary>
    Json,
}

/// <summary>How the log is written, and the one line about each request that failed or was slow.</summary>
public static class Logs
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(2);

    public static void Configure(ILoggingBuilder logging, LogFormat format)
    {
        logging.AddConsoleFormatter<PlainLog, ConsoleFormatterOptions>();
        logging.Services.Configure<ConsoleLoggerOptions>(o => o.FormatterName = format == LogFormat.Json ? ConsoleFormatterNames.Json : PlainLog.FormatName);
        logging.Services.Configure<JsonConsoleFormatterOptions>(o => (o.UseUtcTimestamp, o.TimestampFormat) = (true, "yyyy-MM-ddTHH:mm:ss.fffZ"));
    }

    /// <summary>The route's pattern is logged and not the address, which may hold what is nobody's business.</summary>
    public static IApplicationBuilder UseRequestLog(this IApplicationBuilder app)
    {
        var logger = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger("MlHub.Web.Requests");
        return app.Use(async (context, next) =>
        {
            var began = Stopwatch.GetTimestamp();
            await next(context);
            var (status, took) = (context.Response.StatusCode, Stopwatch.GetElapsedTime(began));
            Describe(Activity.Current, context.Request.Method, Route(context), status);
            if (status >= 500 || (took > Slow && !context.WebSockets.IsWebSocketRequest && !context.RequestAborted.IsCancellationRequested))
            {
                logger.LogWarning(
                    "{Method} {Route} answered {Status} after {Milliseconds} ms to {Actor}, trace {TraceId}",
                    context.Request.Method, Route(context), status, (long)took.TotalMilliseconds, Actor(context), Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier);
            }
        });
    }

    /// <summary>ASP.NET Core's span of the request has no name of its own; the attributes are OpenTelemetry's conventions for HTTP.</summary>
    private static void Describe(Activity? span, string method, string route, int status)
    {
        if (span is { IsAllDataRequested: true })
        {
            span.DisplayName = $"{method} {route}";
            span.SetTag("http.request.method", method).SetTag("http.route", route).SetTag("http.response.status_code", status);
            if (status >= 500)
            {
                span.SetStatus(ActivityStatusCode.Error);
            }
        }
    }

    private static string Route(HttpContext context) => ((context.Features.Get<IExceptionHandlerFeature>()?.Endpoint ?? context.GetEndpoint()) as RouteEndpoint)?.RoutePattern.RawText ?? "(none)";

    private static string Actor(HttpContext context) => context.User.Identity?.Name ?? "nobody";
}
