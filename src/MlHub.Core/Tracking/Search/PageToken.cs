using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace MlHub.Tracking.Search;

/// <summary>
/// Where a page ended: the last row's place in the order, and a fingerprint of the search, so that no other search takes it.
/// It is opaque to clients but no secret: it holds only what its reader was shown, and rights are checked for every page.
/// </summary>
internal static class PageToken
{
    private const int FingerprintBytes = 8;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static string Write(string search, IReadOnlyList<SortValue> row)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Strict);
        writer.Write(Fingerprint(search));
        foreach (var (@class, value) in row)
        {
            writer.Write((byte)@class);
            switch (value)
            {
                case long whole: writer.Write(whole); break;
                case double number: writer.Write(number); break;
                case string text: writer.Write(text); break;
            }
        }

        writer.Flush();
        return Base64Url.EncodeToString(bytes.ToArray());
    }

    /// <exception cref="HubException">Invalid for everything that <see cref="Write"/> would not have written for this search.</exception>
    public static IReadOnlyList<SortValue> Read(string token, string search, IReadOnlyList<SearchOrder> order)
    {
        try
        {
            using var bytes = new MemoryStream(Base64Url.DecodeFromChars(token));
            using var reader = new BinaryReader(bytes, Strict);
            if (!reader.ReadBytes(FingerprintBytes).AsSpan().SequenceEqual(Fingerprint(search)))
            {
                throw new FormatException();
            }

            List<SortValue> row = [.. order.Select(o => Read(reader, o.Field.Field))];
            return bytes.Position == bytes.Length ? row : throw new FormatException();
        }
        catch (Exception e) when (e is FormatException or IOException or ArgumentException)
        {
            throw HubException.Invalid("Invalid page token, could not base64-decode 'page_token' to a place in this search.");
        }
    }

    private static SortValue Read(BinaryReader reader, SearchField field)
    {
        var @class = (SortClass)reader.ReadByte();
        return @class switch
        {
            SortClass.Value => new(@class, Value(reader, field.Type)),
            SortClass.NaN when field.Type == FieldType.Metric => new(@class, null),
            SortClass.Missing when field is KeyedValues or SearchAttribute { Nullable: true } => new(@class, null),
            _ => throw new FormatException(),
        };
    }

    private static object Value(BinaryReader reader, FieldType type) => type switch
    {
        FieldType.WholeNumber => reader.ReadInt64(),
        FieldType.Metric => reader.ReadDouble() is var number && double.IsFinite(number) ? number : throw new FormatException(),
        _ => reader.ReadString() is var text && !text.Contains('\0') ? text : throw new FormatException(),
    };

    private static byte[] Fingerprint(string search) => SHA256.HashData(Encoding.UTF8.GetBytes(search))[..FingerprintBytes];
}
