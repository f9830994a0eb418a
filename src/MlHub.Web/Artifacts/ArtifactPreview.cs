using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MlHub.Artifacts;

namespace MlHub.Web.Artifacts;

/// <summary>What a page shows of a file. Whatever a file says of itself, it is only ever shown as text, a table or a picture.</summary>
public abstract record ArtifactPreview
{
    private static readonly string[] Pictures = [".png", ".jpg", ".jpeg", ".gif", ".webp"];
    // Unsafe only for those who would write it into HTML themselves; the page encodes it.
    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true, MaxDepth = Limits.JsonDepth, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>By name first, then by content; nothing is read of what would not be shown.</summary>
    public static async Task<ArtifactPreview> ReadAsync(ArtifactPath path, Stream content, CancellationToken cancel)
    {
        var extension = Path.GetExtension(path.Name).ToLowerInvariant();
        if (Pictures.Contains(extension))
        {
            return new PicturePreview();
        }

        var (text, whole) = await ReadTextOrNullAsync(content, cancel);
        return (extension, text) switch
        {
            (_, null) => new NoPreview(),
            (".csv", _) => TablePreview.Of(text, ',', whole),
            (".tsv", _) => TablePreview.Of(text, '\t', whole),
            (".json", _) when whole && PrettyOrNull(text) is { } pretty => new TextPreview(pretty, true),
            _ when path.Name == "MLmodel" && whole && ModelFile.ReadOrNull(text) is { } model => new ModelPreview(model, text),
            _ => new TextPreview(text, whole),
        };
    }

    private static async Task<(string? Text, bool Whole)> ReadTextOrNullAsync(Stream content, CancellationToken cancel)
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

    private static string? PrettyOrNull(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = Limits.JsonDepth });
            return JsonSerializer.Serialize(document.RootElement, Pretty);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Loaded by the browser from the address of the bytes; a picture cannot do anything there.</summary>
public sealed record PicturePreview : ArtifactPreview;

/// <summary>Text, or the first part of it.</summary>
public sealed record TextPreview(string Text, bool IsWhole) : ArtifactPreview;

/// <summary>The description of an MLflow model, with the text it was read from.</summary>
public sealed record ModelPreview(ModelFile Model, string Text) : ArtifactPreview;

/// <summary>Binary: only to be downloaded.</summary>
public sealed record NoPreview : ArtifactPreview;
