using System.Text;

namespace MlHub.Web.Api;

/// <summary>Python writes NaN and Infinity bare, which JSON does not know: puts them in quotes where they stand outside of texts.</summary>
public static class BareNumbers
{
    private static readonly byte[][] Words = ["-Infinity"u8.ToArray(), "Infinity"u8.ToArray(), "NaN"u8.ToArray()];

    public static byte[] Quote(ReadOnlySpan<byte> json)
    {
        var result = new MemoryStream(json.Length + 64);
        var inText = false;
        for (var i = 0; i < json.Length; i++)
        {
            if (!inText && WordAt(json[i..]) is { } word)
            {
                result.Write(Encoding.ASCII.GetBytes($"\"{Encoding.ASCII.GetString(word)}\""));
                i += word.Length - 1;
                continue;
            }

            result.WriteByte(json[i]);
            if (inText && json[i] == '\\' && i + 1 < json.Length)
            {
                result.WriteByte(json[++i]);
            }
            else if (json[i] == '"')
            {
                inText = !inText;
            }
        }

        return result.ToArray();
    }

    private static byte[]? WordAt(ReadOnlySpan<byte> rest)
    {
        foreach (var word in Words)
        {
            if (rest.StartsWith(word))
            {
                return word;
            }
        }

        return null;
    }
}
