using System.Runtime.InteropServices;
using System.Text;

namespace MlHub.Adapters.Databases.Sqlite;

/// <summary>
/// A row's values, straight from SQLite. These calls are made for each value, so they do without what the driver does around each: a handle that is
/// counted up and down, and a thread that is made known to the collector. They return within nanoseconds and never wait.
/// </summary>
internal static partial class SqliteColumns
{
    private const string Library = "e_sqlite3";
    private const int LongestKnown = 48;

    /// <summary>Texts that were read lately. Keys and settings are the same in thousands of rows: they are compared as bytes and made a string once.</summary>
    private static readonly KnownText?[] Known = new KnownText?[4096];

    [LibraryImport(Library, EntryPoint = "sqlite3_column_type"), SuppressGCTransition]
    public static partial int Type(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_int64"), SuppressGCTransition]
    public static partial long Number(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_double"), SuppressGCTransition]
    public static partial double Real(nint statement, int column);

    public static string Text(nint statement, int column)
    {
        var text = Bytes(statement, column);
        if (text.Length is 0 or > LongestKnown)
        {
            return Encoding.UTF8.GetString(text);
        }

        ref var place = ref Known[Place(text)];
        if (place is { } known && text.SequenceEqual(known.Bytes))
        {
            return known.Text;
        }

        var made = Encoding.UTF8.GetString(text);
        place = new(text.ToArray(), made);
        return made;
    }

    private static unsafe ReadOnlySpan<byte> Bytes(nint statement, int column)
    {
        // In this order: the first call may change how the value is kept.
        var start = Blob(statement, column);
        return new((void*)start, Length(statement, column));
    }

    private static int Place(ReadOnlySpan<byte> text)
    {
        var sum = (uint)text.Length;
        foreach (var letter in text)
        {
            sum = (sum * 31) + letter;
        }

        return (int)((sum ^ (sum >> 16)) % (uint)Known.Length);
    }

    [LibraryImport(Library, EntryPoint = "sqlite3_column_blob"), SuppressGCTransition]
    private static partial nint Blob(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_bytes"), SuppressGCTransition]
    private static partial int Length(nint statement, int column);

    private sealed record KnownText(byte[] Bytes, string Text);
}
