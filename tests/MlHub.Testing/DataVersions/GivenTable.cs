using System.Globalization;
using System.Text.Json;

namespace MlHub.Testing.DataVersions;

/// <summary>
/// A Delta table on disk, its log written by hand as PROTOCOL.md of delta-io/delta says. Its data files hold nothing, since only their being there
/// is ever asked for.
/// </summary>
public sealed class GivenTable
{
    /// <summary>What the checkpoint that DuckDB wrote knows: two files and the columns price and sqft.</summary>
    public static readonly string[] CheckpointFiles = ["part-00000-a.snappy.parquet", "city=New York/part-00000-b.snappy.parquet"];

    private readonly List<string> _columns = [];
    private long _next;

    public GivenTable(string folder)
    {
        Folder = folder;
        Directory.CreateDirectory(Path.Combine(folder, "_delta_log"));
    }

    public string Folder { get; }

    /// <summary>Of the next commit, in milliseconds since 1970.</summary>
    public long Now { get; set; } = 1_600_000_000_000;

    public long Latest => _next - 1;

    /// <summary>A commit that adds a file, and columns where they are named.</summary>
    public GivenTable Write(int rows, params string[] newColumns) => Write($"part-{_next:D5}-{Guid.NewGuid():N}.c000.snappy.parquet", rows, newColumns);

    /// <summary>The same with a file of this name.</summary>
    public GivenTable Write(string file, int rows, params string[] newColumns)
    {
        Touch(file);
        List<object> actions = [CommitInfo("WRITE", new() { ["numFiles"] = "1", ["numOutputRows"] = Text(rows) })];
        if (_next == 0)
        {
            actions.Add(new { protocol = new { minReaderVersion = 1, minWriterVersion = 2 } });
        }

        if (newColumns.Length > 0)
        {
            _columns.AddRange(newColumns);
            actions.Add(MetaData());
        }

        actions.Add(Add(file));
        return Commit([.. actions]);
    }

    /// <summary>A commit that puts one file in the place of all others.</summary>
    public GivenTable Overwrite(params string[] removed)
    {
        var file = $"part-{_next:D5}-new.parquet";
        Touch(file);
        return Commit([CommitInfo("OPTIMIZE", []), .. removed.Select(Remove), Add(file)]);
    }

    public GivenTable Commit(params object[] actions)
    {
        File.WriteAllLines(LogFile($"{_next:D20}.json"), actions.Select(a => JsonSerializer.Serialize(a)));
        _next++;
        return this;
    }

    /// <summary>A checkpoint of an independent writer in the place of everything up to this version; its files are put there too.</summary>
    public GivenTable Checkpoint(long version)
    {
        File.Copy(Path.Combine(Repository.Root, "tests", "MlHub.Testing", "DataVersions", "checkpoint.parquet"), LogFile($"{version:D20}.checkpoint.parquet"), overwrite: true);
        File.WriteAllText(LogFile("_last_checkpoint"), JsonSerializer.Serialize(new { version, size = 5 }));
        foreach (var file in CheckpointFiles)
        {
            Touch(file);
        }

        _next = Math.Max(_next, version + 1);
        return this;
    }

    /// <summary>As the clean-up of the log leaves it: commits before a version are gone.</summary>
    public GivenTable CleanLogBefore(long version)
    {
        for (var old = 0L; old < version; old++)
        {
            File.Delete(LogFile($"{old:D20}.json"));
        }

        return this;
    }

    public GivenTable Vacuum(string file)
    {
        File.Delete(Path.Combine(Folder, file));
        return this;
    }

    public string LogFile(string name) => Path.Combine(Folder, "_delta_log", name);

    public object CommitInfo(string operation, Dictionary<string, string> counts) =>
        new { commitInfo = new { timestamp = Now, operation, operationParameters = new { mode = "Append" }, isBlindAppend = true, operationMetrics = counts } };

    public static object Add(string file, object? deletionVector = null) => new
    {
        add = new { path = string.Join('/', file.Split('/').Select(Uri.EscapeDataString)), partitionValues = new { }, size = 1, modificationTime = 1, dataChange = true, deletionVector },
    };

    public static object Remove(string file) => new { remove = new { path = Uri.EscapeDataString(file), deletionTimestamp = 1, dataChange = true } };

    private object MetaData()
    {
        var schema = new { type = "struct", fields = _columns.Select(c => new { name = c, type = "double", nullable = true, metadata = new { } }) };
        return new { metaData = new { id = Guid.NewGuid(), format = new { provider = "parquet", options = new { } }, schemaString = JsonSerializer.Serialize(schema), partitionColumns = Array.Empty<string>() } };
    }

    private void Touch(string file)
    {
        var path = Path.Combine(Folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, [1]);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
