using System.Text;

namespace MlHub.Web.Artifacts;

/// <summary>A file read as text, as far as a page shows it.</summary>
public static class ArtifactText
{
    /// <summary>At most <see cref="Limits.ArtifactPreviewBytes"/>; no text where the bytes are none.</summary>
    public static async Task<(string? Text, bool Whole)> ReadOrNullAsync(Stream content, CancellationToken cancel)
    {
        var bytes = new byte[Limits.ArtifactPreviewBytes + 1];
        var read = await content.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
        var whole = read <= Limits.ArtifactPreviewBytes;
        var shown = bytes.AsSpan(0, Math.Min(read, Limits.ArtifactPreviewBytes));
        if (shown.Contains((byte)0))
        {
            return (null, whole);
        }

        // The end of a first part may cut a letter in two, hence not the last four bytes.
        var decoded = Encoding.UTF8.GetString(whole ? shown : shown[..^4]);
        return (decoded.Count(c => c == '\uFFFD') * 20 > decoded.Length ? null : decoded.TrimStart('\uFEFF'), whole);
    }
}
