using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MlHub.Scoring;

namespace MlHub.Serving.Batch;

/// <summary>
/// Lines of JSON objects. The first one names the columns, as a header does; what others lack is null, so that an answer does not depend on which rows
/// were asked together. Values go on as they are written.
/// </summary>
internal sealed class JsonRows : RowForm
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _header;
    private readonly byte[][] _columns;
    private readonly (int Start, int Length)[] _values;
    private readonly IReadOnlySet<string> _inputs;

    /// <param name="header">A JSON list of names.</param>
    /// <param name="inputs">The columns that the model knows: a record that has one more of them than the first is refused.</param>
    public JsonRows(string header, IReadOnlySet<string> inputs)
    {
        (_header, _inputs) = (header, inputs);
        _columns = [.. JsonSerializer.Deserialize<List<string>>(header)!.Select(Encoding.UTF8.GetBytes)];
        _values = new (int, int)[_columns.Length];
        Frame = (Encoding.UTF8.GetBytes($$"""{"dataframe_split":{"columns":{{header}},"data":["""), ","u8.ToArray(), "]}}"u8.ToArray());
    }

    public override RequestForm Request => RequestForm.InvocationJson;

    public override string Header => _header;

    public override (byte[] Before, byte[] Between, byte[] Behind) Frame { get; }

    public override int Cut(ReadOnlySpan<byte> data, bool isEnd, out int length) => Line(data, isEnd, out length);

    public override bool TryRead(ReadOnlySpan<byte> line, IBufferWriter<byte> sent, out int fields, out string? problem)
    {
        (fields, problem) = (0, null);
        if (line.Trim(" \t\r"u8).Length == 0)
        {
            return false;
        }

        problem = Locate(line);
        if (problem is null)
        {
            sent.Write("["u8);
            for (var i = 0; i < _values.Length; i++)
            {
                sent.Write(i > 0 ? ","u8 : default);
                sent.Write(_values[i].Length > 0 ? line.Slice(_values[i].Start, _values[i].Length) : "null"u8);
            }

            sent.Write("]"u8);
        }

        return true;
    }

    public static (string, int)? HeaderOrNull(string name, ReadOnlySpan<byte> data, bool isEnd)
    {
        var mark = data is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0;
        for (var at = mark; Line(data[at..], isEnd, out var length) is > 0 and var taken; at += taken)
        {
            if (NamesOrNull(data.Slice(at, length)) is { Count: > 0 } names)
            {
                // The record is a row too; what stands before it is read again.
                return (JsonSerializer.Serialize(names, Plain), mark);
            }
        }

        return isEnd && data[mark..].Trim(" \t\r\n"u8).Length > 0 ? throw new BatchFailedException($"{name} has no line that is a JSON object.") : null;
    }

    private static int Line(ReadOnlySpan<byte> data, bool isEnd, out int length)
    {
        var end = data.IndexOf((byte)'\n');
        length = end < 0 ? data.Length : end;
        return end < 0 ? isEnd ? data.Length : 0 : end + 1;
    }

    private static List<string>? NamesOrNull(ReadOnlySpan<byte> line)
    {
        try
        {
            Utf8JsonReader reader = new(line);
            return JsonElement.TryParseValue(ref reader, out var record) && record.Value.ValueKind == JsonValueKind.Object
                ? [.. record.Value.EnumerateObject().Select(p => p.Name).Distinct()]
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Finds the values of the columns in a record; what is wrong with it where it is none.</summary>
    private string? Locate(ReadOnlySpan<byte> line)
    {
        try
        {
            Array.Clear(_values);
            Utf8JsonReader reader = new(line);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return "The line is no JSON object.";
            }

            for (var next = 0; reader.Read() && reader.TokenType == JsonTokenType.PropertyName;)
            {
                var column = ColumnOf(ref reader, next);
                var unknown = column < 0 && reader.GetString() is { } name && _inputs.Contains(name) ? name : null;
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                if (unknown is not null)
                {
                    return $"The record has a column '{unknown}', which the first record of the file lacks.";
                }

                if (column >= 0)
                {
                    _values[column] = (start, (int)reader.BytesConsumed - start);
                    next = column + 1;
                }
            }

            return reader.Read() ? "Something stands behind the record." : null;
        }
        catch (JsonException e)
        {
            return $"The line is no JSON: {e.Message}";
        }
    }

    /// <summary>Records mostly name their columns in one order.</summary>
    private int ColumnOf(ref Utf8JsonReader reader, int expected)
    {
        if (expected < _columns.Length && reader.ValueTextEquals(_columns[expected]))
        {
            return expected;
        }

        for (var i = 0; i < _columns.Length; i++)
        {
            if (reader.ValueTextEquals(_columns[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
