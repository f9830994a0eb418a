using System.Globalization;

namespace MlHub.DataVersions;

/// <summary>The tag in which MLflow's Spark autologging lists what a run read: a line for each source, <c>path=…,version=…,format=…</c>.</summary>
public static class SparkSources
{
    public const string Tag = "sparkDatasourceInfo";

    private const int MostLines = 200;

    /// <summary>Each source once; a line that is none is left out.</summary>
    public static IReadOnlyList<DataSource> ReadAll(string? tag) =>
        [.. (tag ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Take(MostLines).Select(ReadOrNull).OfType<DataSource>().Distinct()];

    /// <summary>From its end, since a path may hold commas.</summary>
    private static DataSource? ReadOrNull(string line)
    {
        const string Path = "path=", Version = ",version=", Format = ",format=";
        var format = line.LastIndexOf(Format, StringComparison.Ordinal);
        if (!line.StartsWith(Path, StringComparison.Ordinal) || format < Path.Length)
        {
            return null;
        }

        var (kind, rest) = (line[(format + Format.Length)..], line[Path.Length..format]);
        var version = rest.LastIndexOf(Version, StringComparison.Ordinal);
        long? number = version >= 0 && long.TryParse(rest[(version + Version.Length)..], NumberStyles.None, CultureInfo.InvariantCulture, out var read) ? read : null;
        var location = version >= 0 && (number is not null || rest[(version + Version.Length)..] is "None" or "null") ? rest[..version] : rest;
        return location.Length == 0 ? null : new(kind.Equals("delta", StringComparison.OrdinalIgnoreCase) ? DataSource.Delta : $"Spark {kind}".TrimEnd(), location, number);
    }
}
