namespace MlHub.Web.Artifacts;

/// <summary>Which icon a file has, by its name.</summary>
internal static class FileIcon
{
    public static string Of(string name) => Path.GetExtension(name).ToLowerInvariant() switch
    {
        ".png" or ".jpg" or ".jpeg" or ".gif" or ".webp" or ".svg" => "image",
        ".csv" or ".tsv" or ".parquet" => "table",
        ".json" => "file-json",
        ".py" or ".yaml" or ".yml" or ".html" or ".xml" => "file-code",
        ".txt" or ".md" or ".log" => "file-text",
        ".onnx" or ".pkl" or ".pt" or ".bin" => "box",
        _ => name == "MLmodel" ? "box" : "file",
    };
}
