using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MlHub.Serving.Batch;

/// <summary>Writes the columns of the input beside the predictions.</summary>
internal abstract class RowColumns
{
    /// <summary>As a header of CSV has them.</summary>
    public abstract IReadOnlyList<string> Names { get; }

    public static RowColumns Of(BatchForm form, string header) => form == BatchForm.Csv ? new OfCsv(header) : new OfJson();

    /// <param name="into">The output.</param>
    /// <param name="line">The row as it was read.</param>
    /// <param name="isWhole">Whether its form is right; else it is written as one text.</param>
    public abstract void WriteJson(IBufferWriter<byte> into, ReadOnlySpan<byte> line, bool isWhole);

    public abstract void WriteCsv(IBufferWriter<byte> into, ReadOnlySpan<byte> line, ChunkRow row);

    private static void WriteText(IBufferWriter<byte> into, ReadOnlySpan<byte> text)
    {
        into.Write("\""u8);
        into.Write(JsonEncodedText.Encode(Encoding.UTF8.GetString(text), JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        into.Write("\""u8);
    }

    private sealed class OfCsv(string header) : RowColumns
    {
        private readonly List<string> _names = CsvRows.ColumnsOf(header);
        private readonly byte[][] _keys =
            [.. CsvRows.ColumnsOf(header).Select((n, i) => Encoding.UTF8.GetBytes($"{(i > 0 ? "," : "")}{JsonSerializer.Serialize(n)}:"))];

        public override IReadOnlyList<string> Names => _names;

        public override void WriteJson(IBufferWriter<byte> into, ReadOnlySpan<byte> line, bool isWhole)
        {
            if (!isWhole)
            {
                WriteText(into, line);
                return;
            }

            var rest = line;
            var isLast = false;
            into.Write("{"u8);
            foreach (var key in _keys)
            {
                into.Write(key);
                var quoted = false;
                var field = isLast ? default : CsvRows.FieldOf(ref rest, out quoted, out isLast);
                if (field.Length == 0 && !quoted)
                {
                    into.Write("null"u8);
                }
                else if (!quoted && IsNumber(field))
                {
                    into.Write(field);
                }
                else
                {
                    WriteText(into, field);
                }
            }

            into.Write("}"u8);
        }

        public override void WriteCsv(IBufferWriter<byte> into, ReadOnlySpan<byte> line, ChunkRow row)
        {
            var fields = row.Fields;
            if (row.Problem is null)
            {
                into.Write(line);
            }
            else
            {
                // It does not fit into the columns: all of it stands in the first.
                CsvCells.WriteText(into, Encoding.UTF8.GetString(line));
                fields = 1;
            }

            for (; fields < _names.Count; fields++)
            {
                into.Write(","u8);
            }
        }

        /// <summary>Whether JSON takes it for a number as it stands.</summary>
        private static bool IsNumber(ReadOnlySpan<byte> field)
        {
            if (field[0] is not ((byte)'-' or (>= (byte)'0' and <= (byte)'9')))
            {
                return false;
            }

            try
            {
                Utf8JsonReader reader = new(field);
                return reader.Read() && reader.TokenType == JsonTokenType.Number && reader.BytesConsumed == field.Length && !reader.Read();
            }
            catch (JsonException)
            {
                return false;
            }
        }
    }

    /// <summary>Records may differ, so in CSV they stand whole in one column.</summary>
    private sealed class OfJson : RowColumns
    {
        public override IReadOnlyList<string> Names { get; } = ["input"];

        public override void WriteJson(IBufferWriter<byte> into, ReadOnlySpan<byte> line, bool isWhole)
        {
            if (isWhole)
            {
                into.Write(line.Trim(" \t\r"u8));
            }
            else
            {
                WriteText(into, line);
            }
        }

        public override void WriteCsv(IBufferWriter<byte> into, ReadOnlySpan<byte> line, ChunkRow row) => CsvCells.WriteText(into, Encoding.UTF8.GetString(line.Trim(" \t\r"u8)));
    }
}
