using System.Globalization;

namespace MlHub.Torture;

/// <summary>What the command line asks for.</summary>
/// <param name="Rows">Rows of the table of faults; all without any.</param>
/// <param name="Seed">Where random choices begin; told at the start, so that a run can be repeated.</param>
/// <param name="Scale">How often and how long: 1 for a try of some minutes, more for a night.</param>
internal sealed record TortureOptions(IReadOnlySet<int> Rows, int Seed, double Scale)
{
    public const string Usage = "dotnet run --project tools/MlHub.Torture -- [--rows 2,3,5] [--seed N] [--scale 1]";

    public static TortureOptions? ReadOrNull(string[] args)
    {
        var (rows, seed, scale) = (new HashSet<int>(), Random.Shared.Next(), 1.0);
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            var read = args[i] switch
            {
                "--rows" => value.Split(',').All(r => int.TryParse(r, CultureInfo.InvariantCulture, out var row) && rows.Add(row)),
                "--seed" => int.TryParse(value, CultureInfo.InvariantCulture, out seed),
                "--scale" => double.TryParse(value, CultureInfo.InvariantCulture, out scale) && scale > 0,
                _ => false,
            };
            if (!read)
            {
                return null;
            }
        }

        return new(rows, seed, scale);
    }

    public int Times(int times) => Math.Max(1, (int)(times * Scale));

    public TimeSpan For(double seconds) => TimeSpan.FromSeconds(seconds * Scale);
}
