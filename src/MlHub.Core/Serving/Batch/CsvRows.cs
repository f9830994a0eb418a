using System.Buffers;
using System.Text;
using MlHub.Scoring;

namespace MlHub.Serving.Batch;

/// <summary>Lines of CSV as RFC 4180 has them. They are cut by their quotes and go on as they are: the worker reads them like a request in CSV.</summary>
internal sealed class CsvRows(string header) : RowForm
{
    private static readonly byte[] LineEnd = "\n"u8.ToArray();
    private static readonly SearchValues<byte> Ends = SearchValues.Create(",\r\n"u8);

    private readonly int _columns = ColumnsOf(header).Count;
    private int _fields;
    private string? _problem;

    public override RequestForm Request => RequestForm.InvocationCsv;

    public override string Header => header;

    public override (byte[] Before, byte[] Between, byte[] Behind) Frame { get; } = (Encoding.UTF8.GetBytes(header + "\n"), LineEnd, []);

    public override int Cut(ReadOnlySpan<byte> data, bool isEnd, out int length) => Line(data, isEnd, out length, out _fields, out _problem);

    public override bool TryRead(ReadOnlySpan<byte> line, IBufferWriter<byte> sent, out int fields, out string? problem)
    {
        (fields, problem) = (_fields, _problem);
        if (line.Length == 0)
        {
            return false;
        }

        problem ??= fields > _columns ? $"The row has {fields} fields, the header {_columns}." : null;
        if (problem is null)
        {
            sent.Write(line);
        }

        return true;
    }

    public static (string, int)? HeaderOrNull(string name, ReadOnlySpan<byte> data, bool isEnd)
    {
        var mark = data is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0;
        var taken = Line(data[mark..], isEnd, out var length, out _, out var problem);
        return taken == 0 ? null
            : problem is not null || length == 0 ? throw new BatchFailedException($"{name} has no header line that could be read: {problem ?? "it is empty"}.")
            : (Encoding.UTF8.GetString(data.Slice(mark, length)), mark + taken);
    }

    /// <summary>The texts of a line's fields, without their quotes.</summary>
    public static List<string> ColumnsOf(string line)
    {
        List<string> columns = [];
        ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(line);
        while (true)
        {
            columns.Add(Encoding.UTF8.GetString(FieldOf(ref rest, out _, out var isLast)));
            if (isLast)
            {
                return columns;
            }
        }
    }

    /// <summary>The next field of a line, without its quotes; the line goes on behind it.</summary>
    public static ReadOnlySpan<byte> FieldOf(ref ReadOnlySpan<byte> line, out bool quoted, out bool isLast)
    {
        quoted = line is [(byte)'"', ..];
        var end = 0;
        if (quoted)
        {
            for (end = 1; end < line.Length; end++)
            {
                if (line[end] == '"' && (++end >= line.Length || line[end] != '"'))
                {
                    break;
                }
            }
        }

        var comma = line[Math.Min(end, line.Length)..].IndexOf((byte)',');
        isLast = comma < 0;
        var field = isLast ? line : line[..(end + comma)];
        line = isLast ? [] : line[(field.Length + 1)..];
        return !quoted ? field : Unquoted(field);
    }

    private static ReadOnlySpan<byte> Unquoted(ReadOnlySpan<byte> field)
    {
        var inner = field[1..(field.Length > 1 && field[^1] == '"' ? field.Length - 1 : field.Length)];
        return inner.Contains((byte)'"') ? Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(inner).Replace("\"\"", "\"", StringComparison.Ordinal)) : inner;
    }

    /// <summary>The bytes of the next line with its end; 0 where it does not end in <paramref name="data"/> and more may come.</summary>
    private static int Line(ReadOnlySpan<byte> data, bool isEnd, out int length, out int fields, out string? problem)
    {
        (length, fields, problem) = (0, 1, null);
        for (var at = 0; ;)
        {
            if (at < data.Length && data[at] == '"')
            {
                var behind = BehindQuotes(data, at, isEnd);
                if (behind < 0)
                {
                    (length, problem) = (data.Length, "A quote does not end.");
                    return isEnd ? data.Length : 0;
                }

                at = behind;
                problem ??= at < data.Length && !Ends.Contains(data[at]) ? "Text stands behind a closing quote." : null;
            }

            var end = data[at..].IndexOfAny(Ends);
            if (end < 0)
            {
                length = data.Length;
                return isEnd ? data.Length : 0;
            }

            at += end;
            if (data[at] == ',')
            {
                (at, fields) = (at + 1, fields + 1);
                continue;
            }

            length = at;
            return data[at] == '\n' ? at + 1
                : at + 1 < data.Length ? data[at + 1] == '\n' ? at + 2 : at + 1
                : isEnd ? at + 1 : 0;
        }
    }

    /// <summary>The place behind the quote that closes the field; -1 where none does, or more must be read to know.</summary>
    private static int BehindQuotes(ReadOnlySpan<byte> data, int at, bool isEnd)
    {
        for (at++; ;)
        {
            var quote = data[at..].IndexOf((byte)'"');
            at += quote + 1;
            if (quote < 0 || (at >= data.Length && !isEnd))
            {
                return -1;
            }

            if (at >= data.Length || data[at] != '"')
            {
                return at;
            }

            at++;
        }
    }
}
