using System.Text.Encodings.Web;
using System.Text.Json;
using MlHub.Artifacts;
using MlHub.Explanations;
using MlHub.Onnx;

namespace MlHub.Web.Artifacts;

/// <summary>What a page shows of a file. Whatever a file says of itself, it is only ever shown as text, a table or a picture.</summary>
public abstract record ArtifactPreview
{
    private const int MostOnnxBytes = 16 * 1024 * 1024;

    private static readonly string[] Pictures = [".png", ".jpg", ".jpeg", ".gif", ".webp"];
    private static readonly string[] Sounds = [".mp3", ".wav", ".ogg", ".oga", ".flac", ".m4a"];
    private static readonly string[] Films = [".mp4", ".webm", ".ogv", ".mov"];
    // Unsafe only for those who would write it into HTML themselves; the page encodes it.
    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true, MaxDepth = Limits.JsonDepth, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>By name first, then by content; nothing is read of what would not be shown.</summary>
    public static async Task<ArtifactPreview> ReadAsync(ArtifactPath path, Stream content, CancellationToken cancel)
    {
        var extension = Path.GetExtension(path.Name).ToLowerInvariant();
        if (LoadedByBrowserOrNull(extension) is { } loaded)
        {
            return loaded;
        }

        if (extension == ".onnx")
        {
            return OnnxOrNone(content);
        }

        if (extension == ".npy")
        {
            return await ArrayOrNoneAsync(content, cancel);
        }

        var (text, whole) = await ArtifactText.ReadOrNullAsync(content, cancel);
        return (extension, text) switch
        {
            (_, null) => new NoPreview(),
            (".csv", _) => TablePreview.Of(text, ',', whole),
            (".html" or ".htm", _) => new PagePreview(text, whole),
            (".md", _) when whole => new MarkdownPreview(text),
            (".tsv", _) => TablePreview.Of(text, '\t', whole),
            (".json", _) when whole && PrettyOrNull(text) is { } pretty => new TextPreview(pretty, true),
            _ when path.Name == "MLmodel" && whole && ModelFile.ReadOrNull(text) is { } model => new ModelPreview(model, text),
            _ => new TextPreview(text, whole),
        };
    }

    public static bool IsPicture(string name) => Pictures.Contains(Path.GetExtension(name).ToLowerInvariant());

    private static ArtifactPreview? LoadedByBrowserOrNull(string extension) =>
        Pictures.Contains(extension) ? new PicturePreview()
        : Sounds.Contains(extension) ? new SoundPreview()
        : Films.Contains(extension) ? new FilmPreview()
        : extension == ".pdf" ? new PdfPreview()
        : null;

    private static async Task<ArtifactPreview> ArrayOrNoneAsync(Stream content, CancellationToken cancel)
    {
        try
        {
            return new ArrayPreview(await NpyRows.ReadAsync(content, _ => 0, new(Rows: 200, Values: 40_000, Bytes: 16 * 1024 * 1024), cancel));
        }
        catch (InvalidDataException)
        {
            return new NoPreview();
        }
    }

    private static ArtifactPreview OnnxOrNone(Stream content)
    {
        try
        {
            return new OnnxPreview(OnnxReader.Read(content, MostOnnxBytes));
        }
        catch (InvalidDataException)
        {
            return new NoPreview();
        }
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

/// <summary>Played by the browser from the address of the bytes.</summary>
public sealed record SoundPreview : ArtifactPreview;

/// <summary>Played by the browser from the address of the bytes.</summary>
public sealed record FilmPreview : ArtifactPreview;

/// <summary>Drawn by the page's script from the address of the bytes.</summary>
public sealed record PdfPreview : ArtifactPreview;

/// <summary>An HTML file: shown in a frame that belongs to no origin, with its text below.</summary>
public sealed record PagePreview(string Text, bool IsWhole) : ArtifactPreview;

/// <summary>Laid out by the server, without any HTML that the text may hold.</summary>
public sealed record MarkdownPreview(string Text) : ArtifactPreview;

/// <summary>The numbers of a file of NumPy's: of many rows some, at even distances.</summary>
public sealed record ArrayPreview(NpyRows Array) : ArtifactPreview;

/// <summary>What the graph of an ONNX model takes, answers and consists of.</summary>
public sealed record OnnxPreview(OnnxFile Model) : ArtifactPreview;

/// <summary>Text, or the first part of it.</summary>
public sealed record TextPreview(string Text, bool IsWhole) : ArtifactPreview;

/// <summary>The description of an MLflow model, with the text it was read from.</summary>
public sealed record ModelPreview(ModelFile Model, string Text) : ArtifactPreview;

/// <summary>Binary: only to be downloaded.</summary>
public sealed record NoPreview : ArtifactPreview;
