using Microsoft.Net.Http.Headers;
using MlHub.Web.Api;

namespace MlHub.Web.Startup;

/// <summary>Headers for every response, and a wall against requests that another site's page sends from a visitor's browser.</summary>
public static class BrowserDefence
{
    private const string PagePolicy =
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; " +
        "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    public static IApplicationBuilder UseBrowserDefence(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(static state => SetHeaders((HttpContext)state), context);
        return IsForeign(context.Request)
            ? MlflowErrors.WriteAsync(context, HubException.Denied("Permission denied: the request comes from a page of another site."))
            : next(context);
    });

    private static Task SetHeaders(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        // Not no-referrer: with it a browser sends our own forms with "Origin: null".
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), usb=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.XFrameOptions = headers.ContentSecurityPolicy.ToString().Contains("frame-ancestors 'self'", StringComparison.Ordinal) ? "SAMEORIGIN" : "DENY";
        if (headers.ContentSecurityPolicy.Count == 0)
        {
            headers.ContentSecurityPolicy = PagePolicy;
        }

        if (headers.CacheControl.Count == 0)
        {
            headers.CacheControl = "no-store";
        }

        if (context.Request.IsHttps)
        {
            headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
        }

        return Task.CompletedTask;
    }

    /// <summary>Unsafe methods and WebSockets must come from our own pages or from no page at all.</summary>
    private static bool IsForeign(HttpRequest request)
    {
        var upgrade = request.Headers.ContainsKey(HeaderNames.SecWebSocketKey);
        if (!upgrade && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)))
        {
            return false;
        }

        var origin = request.Headers.Origin.ToString();
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        return (origin.Length > 0 && !string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase))
            || site is "cross-site" or "same-site";
    }
}
