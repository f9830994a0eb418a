using System.Globalization;

namespace MlHub.Bench;

/// <summary>
/// The command line: the published hub's folder, then <c>--only NAME,…</c> for some of the loads, <c>--seconds N</c> for each of them, and how much the
/// hub holds (<c>--runs</c>, <c>--models</c>, <c>--mib</c>, <c>--rows</c>).
/// </summary>
internal sealed record BenchOptions(string Folder, IReadOnlyList<string> Only, TimeSpan Length, int Runs, int Models, int MiB, int BatchRows)
{
    public const string Usage =
        """
        dotnet run -c Release --project bench/MlHub.Bench -- FOLDER [options]

        FOLDER is what `dotnet publish src/MlHub.Web -c Release -o FOLDER` made.
          --only NAME,…   some of: start, log-metric, log-batch, create-run, get-run, history, curve, search, table, compare, artifact, registry, serving, moves, batch, live, pages, webhooks
          --seconds N     length of each load (5)
          --runs N        runs that are searched (10000)
          --models N      models of ten versions each (1000)
          --mib N         size of the artifact (1024)
          --rows N        rows of the batch job (2000000)
        """;

    public static BenchOptions? ParseOrNull(string[] args)
    {
        var options = args.Skip(1).Chunk(2).ToDictionary(p => p[0], p => p[^1]);
        string[] known = ["--only", "--seconds", "--runs", "--models", "--mib", "--rows"];
        if (args.Length % 2 == 0 || options.Keys.Except(known).Any() || !File.Exists(Path.Combine(args[0], "MlHub.Web.dll")))
        {
            return null;
        }

        return new(
            Path.GetFullPath(args[0]), options.GetValueOrDefault("--only")?.Split(',') ?? [], TimeSpan.FromSeconds(Number("--seconds", 5)),
            Number("--runs", 10_000), Number("--models", 1000), Number("--mib", 1024), Number("--rows", 2_000_000));

        int Number(string name, int otherwise) => options.TryGetValue(name, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
    }

    public bool Wants(string name) => Only.Count == 0 || Only.Contains(name);
}
