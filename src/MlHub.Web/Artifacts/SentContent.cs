using MlHub.Artifacts;

namespace MlHub.Web.Artifacts;

/// <summary>A request's body as a file, with the digests that its headers announce: Content-MD5, Repr-Digest, Content-Digest and Digest.</summary>
public static class SentContent
{
    private const int Sha256Bytes = 32, Md5Bytes = 16;

    /// <exception cref="HubException">Invalid for a digest that cannot be read; digests by other algorithms are passed over.</exception>
    public static IncomingContent Of(HttpRequest request)
    {
        var headers = request.Headers;
        var sha = Named(headers["Repr-Digest"].ToString()) ?? Named(headers["Content-Digest"].ToString()) ?? Named(headers["Digest"].ToString());
        var md5 = headers.ContentMD5.ToString();
        return new(request.Body, request.ContentLength, sha is null ? null : Bytes(sha, Sha256Bytes), md5.Length == 0 ? null : Bytes(md5, Md5Bytes));
    }

    /// <summary>The value of sha-256 among several, <c>sha-256=:BASE64:</c> or, in the older header, <c>sha-256=BASE64</c>.</summary>
    private static string? Named(string header) =>
        header.Split(',', StringSplitOptions.TrimEntries).Where(d => d.StartsWith("sha-256=", StringComparison.OrdinalIgnoreCase)).Select(d => d[8..].Trim(':')).FirstOrDefault();

    private static byte[] Bytes(string base64, int length)
    {
        var bytes = new byte[length + 2];
        return Convert.TryFromBase64String(base64, bytes, out var written) && written == length
            ? bytes[..length]
            : throw HubException.Invalid("The digest that announces the body cannot be read: it must be the base64 of its bytes.");
    }
}
