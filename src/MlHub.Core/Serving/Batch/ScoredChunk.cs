using System.Text.Json;

namespace MlHub.Serving.Batch;

/// <summary>What the model made of a chunk: of each row its prediction as JSON, or why there is none.</summary>
internal sealed class ScoredChunk(int rows)
{
    private const string SchemaEnd = "]'. Error: ";

    public ReadOnlyMemory<byte>[] Predictions { get; } = new ReadOnlyMemory<byte>[rows];

    public string?[] Errors { get; } = new string?[rows];

    public int Refused { get; private set; }

    public void Refuse(int row, string reason)
    {
        // Before the fault stand all names of the request and of the signature, which would leave no room for it. A row is asked alone, so its number there says nothing.
        var at = reason.IndexOf(SchemaEnd, StringComparison.Ordinal);
        var fault = (at < 0 ? reason : reason[(at + SchemaEnd.Length)..]).Replace(" (row 0)", "", StringComparison.Ordinal);
        // One line a row, whatever is to be told.
        var line = fault.ReplaceLineEndings(" ").Trim();
        Errors[row] = line.Length > Limits.BatchRowError ? line[..Limits.BatchRowError] + "…" : line;
        Refused++;
    }

    /// <summary>Where in an answer each of the predictions is; null where it does not hold one for each row.</summary>
    public static List<Range>? SplitOrNull(ReadOnlySpan<byte> answer, int rows)
    {
        Utf8JsonReader reader = new(answer);
        List<Range> found = new(rows);
        if (!reader.Read() || !reader.Read() || !reader.ValueTextEquals("predictions"u8) || !reader.Read() || reader.TokenType != JsonTokenType.StartArray)
        {
            return null;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            found.Add(start..(int)reader.BytesConsumed);
        }

        return found.Count == rows ? found : null;
    }
}
