using System.Buffers;
using System.Text;
using System.Text.Json;

namespace MlHub.Serving.Batch;

/// <summary>Writes predictions and texts as the cells of CSV.</summary>
internal static class CsvCells
{
    private const string Only = "prediction";

    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");

    /// <summary>The columns that a prediction has: an object's names, or one for anything else.</summary>
    public static IReadOnlyList<string> ColumnsOf(ReadOnlySpan<byte> prediction)
    {
        Utf8JsonReader reader = new(prediction);
        var value = JsonElement.ParseValue(ref reader);
        return value.ValueKind == JsonValueKind.Object ? [.. value.EnumerateObject().Select(p => p.Name)] : [Only];
    }

    /// <summary>The values of the columns with commas between them.</summary>
    public static void WritePrediction(IBufferWriter<byte> into, ReadOnlySpan<byte> prediction, IReadOnlyList<string> columns)
    {
        Utf8JsonReader reader = new(prediction);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            WriteValue(into, ref reader, prediction);
            WriteCommas(into, columns.Count - 1);
            return;
        }

        var column = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            // An answer names its columns in one order, whatever the rows.
            var isNext = column < columns.Count && reader.ValueTextEquals(columns[column]);
            reader.Read();
            if (!isNext)
            {
                reader.Skip();
                continue;
            }

            WriteCommas(into, column > 0 ? 1 : 0);
            WriteValue(into, ref reader, prediction);
            column++;
        }

        WriteCommas(into, columns.Count - Math.Max(column, 1));
    }

    public static void WriteText(IBufferWriter<byte> into, string text) =>
        into.Write(Encoding.UTF8.GetBytes(text.AsSpan().ContainsAny(Quoted) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text));

    private static void WriteValue(IBufferWriter<byte> into, ref Utf8JsonReader reader, ReadOnlySpan<byte> whole)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                break;
            case JsonTokenType.String:
                WriteText(into, reader.GetString()!);
                break;
            case JsonTokenType.StartArray or JsonTokenType.StartObject:
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                WriteText(into, Encoding.UTF8.GetString(whole[start..(int)reader.BytesConsumed]));
                break;
            default:
                into.Write(reader.ValueSpan);
                break;
        }
    }

    private static void WriteCommas(IBufferWriter<byte> into, int count)
    {
        for (var i = 0; i < count; i++)
        {
            into.Write(","u8);
        }
    }
}
