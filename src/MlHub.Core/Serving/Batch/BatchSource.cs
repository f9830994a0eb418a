using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlHub.Serving.Batch;

/// <summary>How rows are written in a file.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BatchForm>))]
public enum BatchForm
{
    /// <summary>RFC 4180 with a header line.</summary>
    Csv,

    /// <summary>One JSON object a line.</summary>
    JsonLines,
}

/// <summary>A file of a source, as it was when the job began.</summary>
/// <param name="Name">Its path among the artifacts, or its address.</param>
/// <param name="Form">How its rows are written.</param>
/// <param name="Digest">SHA-256 of an artifact; null for an address.</param>
/// <param name="Bytes">Null where nobody knows.</param>
/// <param name="Tag">The ETag or, where there is none, the time of change that an address answered; null where it answered neither.</param>
public sealed record BatchFile(string Name, BatchForm Form, string? Digest, long? Bytes, string? Tag);

/// <summary>Where a job's rows come from, and how its output is written.</summary>
public sealed record BatchSource
{
    /// <summary>Where among their own files is kept what people brought on the page. An id follows, then the name.</summary>
    internal const string UploadsPrefix = "batch-uploads/";

    /// <summary>The run or logged model that the path belongs to; without it the path is one of the creator's own files.</summary>
    public string? RunId { get; init; }

    /// <summary>A file, or a folder of which all files of a known form are read by name.</summary>
    public string? Path { get; init; }

    /// <summary>An address that the hub may read.</summary>
    public string? Url { get; init; }

    /// <summary>Null where the names of the files say it.</summary>
    public BatchForm? Format { get; init; }

    public BatchForm Output { get; init; } = BatchForm.JsonLines;

    /// <summary>Whether the output has the columns of the input too.</summary>
    public bool KeepInputs { get; init; }

    /// <summary>What is read, settled when the job begins; null before.</summary>
    public IReadOnlyList<BatchFile>? Files { get; init; }

    /// <summary>As people are told: of an address no query, since that may let its holder in.</summary>
    [JsonIgnore]
    public string Shown => Url is null ? RunId is null ? ShownName($"{Path}") : $"{Path} of {RunId}" : ShownAddress(Url);

    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    public static BatchSource Of(string json) => JsonSerializer.Deserialize<BatchSource>(json, JsonSerializerOptions.Web)!;

    /// <summary>Null for a name that says nothing of the form.</summary>
    public static BatchForm? FormOf(string name) => System.IO.Path.GetExtension(name).ToUpperInvariant() switch
    {
        ".CSV" => BatchForm.Csv,
        ".JSONL" or ".NDJSON" or ".JSON-LINES" => BatchForm.JsonLines,
        _ => null,
    };

    public static string ShownAddress(string url) => url.Split('?', '#')[0];

    /// <summary>A file as people know it: what they brought themselves by its name alone.</summary>
    public static string ShownName(string file) =>
        file.StartsWith(UploadsPrefix, StringComparison.Ordinal) ? file[(file.LastIndexOf('/') + 1)..] : ShownAddress(file);
}

/// <summary>Where reading goes on.</summary>
/// <param name="File">Which of the source's files.</param>
/// <param name="Offset">The byte of the file at which the next row begins.</param>
/// <param name="Row">Rows before it, of all files.</param>
/// <param name="Header">The columns of the file as its beginning names them: the header line of CSV, a JSON list of the first record's names; null at the beginning of a file.</param>
/// <param name="Columns">Of an output in CSV: the columns of the model's answer; null where nothing is written yet, or none.</param>
public sealed record BatchPosition(int File, long Offset, long Row, string? Header, IReadOnlyList<string>? Columns)
{
    public static readonly BatchPosition Beginning = new(0, 0, 0, null, null);

    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    public static BatchPosition Of(string json) => JsonSerializer.Deserialize<BatchPosition>(json, JsonSerializerOptions.Web)!;
}
