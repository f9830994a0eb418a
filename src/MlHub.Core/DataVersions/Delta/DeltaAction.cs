using System.Globalization;
using System.Text.Json;

namespace MlHub.DataVersions.Delta;

/// <summary>
/// A line of a Delta table's log, as far as it is needed here: one of its members is there. Names and meanings are those of the section
/// "Actions" in the Delta transaction log protocol (PROTOCOL.md of delta-io/delta).
/// </summary>
public sealed record DeltaAction(
    string? Added = null, string? Removed = null, string? Schema = null, string? Sidecar = null, int? MinReaderVersion = null, DeltaCommitInfo? Info = null, bool HasDeletionVector = false)
{
    private const int MostCounts = 40;
    private const int OperationLength = 100;

    /// <summary>Null for a line that holds nothing that is needed.</summary>
    /// <exception cref="JsonException">The line is no JSON object.</exception>
    public static DeltaAction? ReadOrNull(ReadOnlyMemory<byte> line)
    {
        using var document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = Limits.JsonDepth });
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("An action is an object.");
        }

        return Part(root, "add") is { } add ? new(Added: PathOf(add), HasDeletionVector: Part(add, "deletionVector") is not null)
            : Part(root, "remove") is { } remove ? new(Removed: PathOf(remove))
            : Part(root, "metaData") is { } metadata ? new(Schema: Text(metadata, "schemaString") ?? "")
            : Part(root, "sidecar") is { } sidecar ? new(Sidecar: PathOf(sidecar))
            : Part(root, "protocol") is { } protocol ? new(MinReaderVersion: (int)(Number(protocol, "minReaderVersion") ?? 1))
            : Part(root, "commitInfo") is { } info ? new(Info: InfoOf(info))
            : null;
    }

    private static DeltaCommitInfo InfoOf(JsonElement info)
    {
        var operation = Text(info, "operation") ?? "";
        var counts = Part(info, "operationMetrics") is { } metrics
            ? metrics.EnumerateObject().Take(MostCounts).Select(m => (m.Name, Count: Count(m.Value))).Where(m => m.Count is not null).DistinctBy(m => m.Name).ToDictionary(m => m.Name, m => m.Count!.Value)
            : [];
        return new(Number(info, "timestamp"), operation.Length > OperationLength ? operation[..OperationLength] : operation, counts);
    }

    /// <summary>Spark writes counts as text.</summary>
    private static long? Count(JsonElement value) =>
        long.TryParse(value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? value.ToString() : "", NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;

    /// <summary>Paths are written as in a URI.</summary>
    private static string PathOf(JsonElement action) => Uri.UnescapeDataString(Text(action, "path") ?? throw new JsonException("A file has a path."));

    private static JsonElement? Part(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var part) && part.ValueKind == JsonValueKind.Object ? part : null;

    private static string? Text(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Number(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;
}

/// <summary>Who did what, as the writer of a commit says it: the time in milliseconds since 1970, the operation (WRITE, MERGE), and its counts (numOutputRows).</summary>
public sealed record DeltaCommitInfo(long? Timestamp, string Operation, IReadOnlyDictionary<string, long> Counts);
