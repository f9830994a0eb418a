using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MlHub.Demo;

/// <summary>Rows of features with the price each home was sold for.</summary>
public sealed record LabelledRows(IReadOnlyList<float[]> Features, IReadOnlyList<float> Targets)
{
    public int Count => Features.Count;

    public LabelledRows First(int count) => new([.. Features.Take(count)], [.. Targets.Take(count)]);

    /// <summary>The rows with these of <see cref="HouseFeatures.Names"/> alone.</summary>
    public LabelledRows Only(IReadOnlyList<string> names)
    {
        int[] kept = [.. Enumerable.Range(0, HouseFeatures.Names.Count).Where(at => names.Contains(HouseFeatures.Names[at]))];
        return new([.. Features.Select(row => (float[])[.. kept.Select(at => row[at])])], Targets);
    }

    public static LabelledRows Of(IReadOnlyCollection<HouseSale> sales) =>
        new([.. sales.Select(HouseFeatures.Of)], [.. sales.Select(sale => sale.Price)]);

    /// <summary>The first eight hex digits of the SHA-256 of the rows' text: the same rows in the same order have the same digest.</summary>
    public string Digest()
    {
        var text = new StringBuilder();
        for (int row = 0; row < Count; row++)
        {
            text.AppendJoin(',', Features[row].Append(Targets[row]).Select(value => value.ToString(CultureInfo.InvariantCulture))).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..8];
    }
}
