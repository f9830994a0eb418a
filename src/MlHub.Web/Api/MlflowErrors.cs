using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using MlHub.Web.Audit;

namespace MlHub.Web.Api;

/// <summary>Turns a refusal into MLflow's error body. No other code writes one.</summary>
public static class MlflowErrors
{
    /// <summary>Quotes and apostrophes as they are: clients show the body as text, and their tests look for messages in it.</summary>
    private static readonly WireJson Legible = new(new(WireJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static RequestDelegate Around(RequestDelegate answer) => async context =>
    {
        try
        {
            await answer(context);
        }
        catch (HubException refusal) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, refusal);
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, e.StatusCode, e.StatusCode == 413 ? "REQUEST_LIMIT_EXCEEDED" : "BAD_REQUEST", "The request could not be read.");
        }
        catch (IOException e) when (e.InnerException is OverflowException && !context.Response.HasStarted)
        {
            // So Kestrel says that a chunk of the body is longer than a number can tell.
            await WriteAsync(context, 400, "BAD_REQUEST", "The request could not be read.");
        }
        catch (Exception e) when (e is ConnectionResetException || (e is OperationCanceledException && context.RequestAborted.IsCancellationRequested))
        {
            // Nobody is left to answer.
        }
        catch (Exception e) when (!context.Response.HasStarted && OutageOrNull(context, e) is { } outage)
        {
            Logger(context).LogWarning("{Method} {Path} met an outage: {Reason}", context.Request.Method, context.Request.Path, e.GetBaseException().Message);
            await WriteAsync(context, outage);
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            Logger(context).LogError(e, "{Method} {Path} failed", context.Request.Method, context.Request.Path);
            await WriteAsync(context, 500, "INTERNAL_ERROR", $"The server failed to answer. Its log tells more under request {context.TraceIdentifier}.");
        }
    };

    public static Task WriteAsync(HttpContext context, HubException refusal)
    {
        var (status, code) = refusal.Error switch
        {
            HubError.Invalid => (400, "INVALID_PARAMETER_VALUE"),
            HubError.NotFound => (404, "RESOURCE_DOES_NOT_EXIST"),
            HubError.AlreadyExists => (400, "RESOURCE_ALREADY_EXISTS"),
            HubError.Denied => (403, "PERMISSION_DENIED"),
            HubError.Unauthenticated => (401, "UNAUTHENTICATED"),
            HubError.Conflict => (409, "RESOURCE_CONFLICT"),
            HubError.TooManyRequests => (429, "REQUEST_LIMIT_EXCEEDED"),
            HubError.TooLarge => (413, "REQUEST_LIMIT_EXCEEDED"),
            HubError.StorageFull => (507, "RESOURCE_EXHAUSTED"),
            HubError.Unavailable => (503, "TEMPORARILY_UNAVAILABLE"),
            HubError.DataLoss => (500, "DATA_LOSS"),
            _ => throw new InvalidOperationException($"{refusal.Error} has no status."),
        };
        if (status == 403 || refusal.IsAttempt || (status == 401 && context.Request.Headers.Authorization.Count > 0))
        {
            context.RequestServices.GetRequiredService<DeniedAttempts>().Note(context, status == 401 ? "wrong credentials" : refusal.Message);
        }

        if (status is 503 or 507 or 429)
        {
            context.Response.Headers.RetryAfter = "2";
        }

        return WriteAsync(context, status, code, refusal.Message);
    }

    public static Task WriteAsync(HttpContext context, int status, string code, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(context.Response.Body, new ErrorResponse(code, message.Length > Limits.Refusal ? message[..Limits.Refusal] + "..." : message), Legible.ErrorResponse);
    }

    /// <summary>What to tell where the database is away or its disk full; null for a defect.</summary>
    public static HubException? OutageOrNull(HttpContext context, Exception e) => e as HubException ?? context.RequestServices.GetRequiredService<HubDbFactory>().ExplainOrNull(e);

    private static ILogger Logger(HttpContext context) =>
        context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(MlflowErrors));
}
