using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using MlHub.Scoring;
using MlHub.Web.Api;

namespace MlHub.Web.Serving;

/// <summary>Takes the bodies of scoring requests off the wire unread, and puts answers on it: what is in them is the worker's affair.</summary>
internal static class ScoringTransfer
{
    public const string StickyHeader = "MlHub-Sticky-Key";
    private const string VersionHeader = "MlHub-Model-Version", JsonLengthHeader = "Inference-Header-Content-Length";

    /// <param name="context">The request.</param>
    /// <param name="before">Bytes to leave free before the body.</param>
    /// <param name="most">The largest body.</param>
    /// <exception cref="HubException">TooLarge.</exception>
    public static async Task<byte[]> ReadAsync(HttpContext context, int before, int most)
    {
        var request = context.Request;
        if (request.ContentLength > most)
        {
            throw TooLarge(most);
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = most;
        }

        if (request.ContentLength is { } length)
        {
            var exact = new byte[before + length];
            await request.Body.ReadExactlyAsync(exact.AsMemory(before), context.RequestAborted);
            return exact;
        }

        using MemoryStream grown = new();
        grown.SetLength(before);
        grown.Position = before;
        var buffer = new byte[64 * 1024];
        while (await request.Body.ReadAsync(buffer, context.RequestAborted) is > 0 and var read)
        {
            grown.Write(buffer, 0, read);
            if (grown.Length - before > most)
            {
                throw TooLarge(most);
            }
        }

        return grown.ToArray();
    }

    /// <summary>How long the JSON before raw tensors is; null where the caller says nothing of it.</summary>
    /// <exception cref="ScoringException">BadRequest for what is no length within the body.</exception>
    public static int? JsonLength(HttpRequest request, int body) => request.Headers[JsonLengthHeader].ToString() switch
    {
        "" => null,
        { } text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= body => length,
        { } text => throw ScoringException.BadRequest($"The header {JsonLengthHeader} is '{text}', which is no length within the {body} bytes of the body."),
    };

    /// <summary>What keeps a caller with one version, where several share the requests; null where they do not mind.</summary>
    public static string? StickyKey(HttpRequest request) => request.Headers[StickyHeader].ToString() is { Length: > 0 } key ? key : null;

    public static Task WriteAsync(HttpContext context, ScoringAnswer answer, int? version = null, TimeSpan? retryAfter = null)
    {
        var response = context.Response;
        response.StatusCode = answer.Status;
        response.ContentType = answer.JsonLength is null ? "application/json" : "application/octet-stream";
        response.ContentLength = answer.Body.Length;
        if (version is { } number)
        {
            response.Headers[VersionHeader] = number.ToString(CultureInfo.InvariantCulture);
        }

        if (answer.JsonLength is { } length)
        {
            response.Headers[JsonLengthHeader] = length.ToString(CultureInfo.InvariantCulture);
        }

        if (retryAfter is { } pause)
        {
            response.Headers.RetryAfter = Math.Ceiling(pause.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        return response.Body.WriteAsync(answer.Body, context.RequestAborted).AsTask();
    }

    private static HubException TooLarge(int most) => new(HubError.TooLarge, $"The request's body is larger than the {most} bytes that a model is asked with here.");
}
