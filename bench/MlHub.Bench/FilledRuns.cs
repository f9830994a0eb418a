namespace MlHub.Bench;

/// <summary>An experiment of many runs with 20 metrics and 20 params each, filled when it is first asked for.</summary>
internal sealed class FilledRuns(HubProcess hub, BenchOptions options)
{
    private readonly Lazy<(string Experiment, string[] Ids)> _filled = new(() =>
    {
        var (runs, ids) = (new BenchRuns(hub), new string[options.Runs]);
        Parallel.For(0, options.Runs, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i => ids[i] = runs.Filled(i));
        return (runs.Experiment, ids);
    });

    public string Experiment => _filled.Value.Experiment;

    /// <summary>Their ids, first to last.</summary>
    public IReadOnlyList<string> Ids => _filled.Value.Ids;

    /// <summary>The address of a comparison of so many of them, packed as the page's own links are.</summary>
    public string Compare(int count) => $"/compare?runs=~{System.Buffers.Text.Base64Url.EncodeToString(Convert.FromHexString(string.Concat(Ids.Take(count))))}";
}
