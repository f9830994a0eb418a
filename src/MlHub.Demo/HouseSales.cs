using System.Globalization;

namespace MlHub.Demo;

/// <summary>The sales of the Sacramento data file and their split into training and validation rows.</summary>
public sealed class HouseSales(IReadOnlyList<HouseSale> sales)
{
    private static readonly string[] Columns = ["beds", "baths", "sqft", "type", "price", "latitude", "longitude"];

    public static string DefaultFile { get; } = Path.Combine(AppContext.BaseDirectory, "samples", "data", "sacramento.csv");

    public IReadOnlyList<HouseSale> Sales { get; } = sales;

    public static HouseSales Read(string file)
    {
        string[] lines = File.ReadAllLines(file);
        string[] header = Fields(lines[0]);
        int[] at = [.. Columns.Select(column => Position(header, column, file))];
        return new HouseSales([.. lines.Skip(1).Where(line => line.Length > 0).Select(line => Sale(Fields(line), at))]);
    }

    /// <summary>Shuffles by the seed (Fisher and Yates) and keeps the given share back for validation.</summary>
    public DataSplit Split(double validationShare, int seed)
    {
        HouseSale[] shuffled = [.. Sales];
        new Random(seed).Shuffle(shuffled);
        int kept = (int)Math.Round(shuffled.Length * validationShare);
        return new DataSplit(LabelledRows.Of(shuffled[kept..]), LabelledRows.Of(shuffled[..kept]));
    }

    private static HouseSale Sale(string[] fields, int[] at) => new(
        Number(fields[at[0]]),
        Number(fields[at[1]]),
        Number(fields[at[2]]),
        fields[at[3]],
        Number(fields[at[4]]),
        Number(fields[at[5]]),
        Number(fields[at[6]]));

    // No field of this file holds a comma or a quote.
    private static string[] Fields(string line) => [.. line.Split(',').Select(field => field.Trim('"'))];

    private static int Position(string[] header, string column, string file)
    {
        int position = Array.IndexOf(header, column);
        return position >= 0 ? position : throw new InvalidDataException($"{Path.GetFileName(file)} has no column '{column}'.");
    }

    private static float Number(string text) => float.Parse(text, CultureInfo.InvariantCulture);
}
