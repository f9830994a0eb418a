using Microsoft.AspNetCore.Http.Features;

namespace MlHub.Web.Artifacts;

/// <summary>The path at the end of a call's address as it came over the wire: routing has decoded and shortened its own copy already.</summary>
public static class SentPath
{
    /// <param name="context">The call, whose route ends with <c>{**path}</c>.</param>
    /// <param name="marker">What stands before the path, such as <c>/mlflow-artifacts/artifacts/</c>.</param>
    /// <exception cref="HubException">Invalid where the call itself is spelt so oddly that its path cannot be told from it.</exception>
    public static string Of(HttpContext context, string marker)
    {
        if (context.Request.QueryString.HasValue)
        {
            throw HubException.Invalid("Invalid path: a '?' is part of no path, and these calls have no query.");
        }

        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (target.Length == 0)
        {
            // ASP.NET Core's server for tests has no wire.
            return (string?)context.Request.RouteValues["path"] ?? "";
        }

        var start = target.IndexOf(marker, StringComparison.OrdinalIgnoreCase);
        return start < 0 ? throw HubException.Invalid("Invalid path: the call's address is not written plainly.") : target[(start + marker.Length)..];
    }
}
