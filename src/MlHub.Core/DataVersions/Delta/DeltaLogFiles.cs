using System.Globalization;
using System.Text.RegularExpressions;

namespace MlHub.DataVersions.Delta;

/// <summary>
/// The files of a table's <c>_delta_log</c> by what their names say: commits, and the checkpoints that stand for all commits up to theirs (sections
/// "Delta Log Entries" and "Checkpoint Naming Scheme" of PROTOCOL.md). A checkpoint in several parts counts only with all of them.
/// </summary>
internal sealed partial class DeltaLogFiles
{
    private readonly HashSet<long> _commits = [];
    private readonly Dictionary<long, IReadOnlyList<string>> _checkpoints = [];

    public DeltaLogFiles(IEnumerable<string> names)
    {
        Dictionary<(long Version, int Of), SortedDictionary<int, string>> parts = [];
        foreach (var name in names)
        {
            if (Commit().Match(name) is { Success: true } commit && Version(commit) is { } version)
            {
                _commits.Add(version);
            }
            else if (Checkpoint().Match(name) is { Success: true } checkpoint && Version(checkpoint) is { } at)
            {
                if (checkpoint.Groups["of"] is { Success: true, Value: var of } && int.TryParse(of, CultureInfo.InvariantCulture, out var all)
                    && int.TryParse(checkpoint.Groups["part"].Value, CultureInfo.InvariantCulture, out var part))
                {
                    (parts.TryGetValue((at, all), out var known) ? known : parts[(at, all)] = [])[part] = name;
                }
                else
                {
                    _checkpoints[at] = [name];
                }
            }
        }

        foreach (var (key, files) in parts.Where(p => p.Value.Count == p.Key.Of))
        {
            _checkpoints.TryAdd(key.Version, [.. files.Values]);
        }
    }

    /// <summary>-1 where there is no log.</summary>
    public long Latest => Math.Max(_commits.Count > 0 ? _commits.Max() : -1, _checkpoints.Count > 0 ? _checkpoints.Keys.Max() : -1);

    public bool HasCommit(long version) => _commits.Contains(version);

    public static string CommitPath(long version) => $"_delta_log/{version.ToString("D20", CultureInfo.InvariantCulture)}.json";

    /// <summary>Where reading begins for a version, and the commits to read from there; null where too much of the log is gone.</summary>
    /// <param name="version">Any version up to the latest.</param>
    public (IReadOnlyList<string> Checkpoint, long FirstCommit)? StartOrNull(long version)
    {
        var first = version + 1;
        while (!_checkpoints.ContainsKey(first - 1) && _commits.Contains(first - 1))
        {
            first--;
        }

        return _checkpoints.TryGetValue(first - 1, out var checkpoint) ? (checkpoint, first) : first == 0 ? ([], 0) : null;
    }

    private static long? Version(Match match) => long.TryParse(match.Groups["version"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;

    [GeneratedRegex(@"^(?<version>[0-9]{20})\.json\z")]
    private static partial Regex Commit();

    [GeneratedRegex(@"^(?<version>[0-9]{20})\.checkpoint(\.(?<part>[0-9]{10})\.(?<of>[0-9]{10}))?(\.[0-9a-f-]{36})?\.(parquet|json)\z")]
    private static partial Regex Checkpoint();
}
