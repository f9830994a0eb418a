using System.Buffers.Text;
using MlHub.Compare;

namespace MlHub.Web.Compare;

/// <summary>The runs of a comparison as they stand in its address: their ids between commas, or packed where they are many.</summary>
public static class RunList
{
    private const int MostPlain = 20;
    private const char Packed = '~';
    private const int IdBytes = 16;

    public static string Write(IReadOnlyCollection<string> runIds) =>
        runIds.Count > MostPlain && runIds.All(IsHex)
            ? Packed + Base64Url.EncodeToString(Convert.FromHexString(string.Concat(runIds)))
            : string.Join(',', runIds);

    /// <summary>What cannot be read names no run.</summary>
    public static IReadOnlyList<string> Read(string? text)
    {
        if (text is not [Packed, .. var packed])
        {
            return text?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        }

        return Base64Url.IsValid(packed)
            ? [.. Base64Url.DecodeFromChars(packed).Chunk(IdBytes).Where(id => id.Length == IdBytes).Select(Convert.ToHexStringLower)]
            : [];
    }

    /// <summary>Where a run stands in a comparison; the first place where it does not.</summary>
    public static int Place(RunComparison comparison, string? runId) => Math.Max(0, comparison.Runs.ToList().FindIndex(r => r.Run.RunId == runId));

    private static bool IsHex(string id) => id.Length == IdBytes * 2 && id.All(char.IsAsciiHexDigitLower);
}
