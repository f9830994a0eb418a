using System.Text.Json;

namespace MlHub.DataVersions.Delta;

/// <summary>A commit of a table; what its log does not say is null.</summary>
public sealed record DeltaCommit(long Version, DeltaCommitInfo? Info, IReadOnlyList<DataColumn>? Columns);

/// <summary>A table at a version: its columns, null where they cannot be read, and the files that its rows are in.</summary>
internal sealed record DeltaSnapshot(IReadOnlyList<DataColumn>? Columns, IReadOnlyList<string> Files, bool HasDeletionVectors);

/// <summary>Why a log does not tell a version: gone for good, or not read here.</summary>
internal sealed class UntoldException(string message, bool isGone) : Exception(message)
{
    public bool IsGone => isGone;
}

/// <summary>
/// Reads a Delta table's log as the section "Action Reconciliation" of PROTOCOL.md says: the nearest checkpoint, then each commit after it. What is
/// read is bounded by <see cref="Limits"/>.
/// </summary>
internal sealed class DeltaTable(ITableFolder folder, ICheckpointFormat checkpoints, DeltaLogFiles log)
{
    public const string LogFolder = "_delta_log";

    private const int KnownReaderVersion = 3;

    public long Latest => log.Latest;

    /// <summary>Null where there is no log.</summary>
    public static async Task<DeltaTable?> OpenOrNullAsync(ITableFolder folder, ICheckpointFormat checkpoints, CancellationToken cancel)
    {
        var names = await folder.ListAsync(LogFolder, Limits.DeltaLogFiles + 1, cancel);
        return names.Count > Limits.DeltaLogFiles
            ? throw new UntoldException($"The table's log has more than {Limits.DeltaLogFiles} files, more than MlHub reads.", isGone: false)
            : new DeltaLogFiles(names.Select(n => n.Name)) is { Latest: >= 0 } log ? new(folder, checkpoints, log) : null;
    }

    /// <exception cref="UntoldException">The version cannot be told.</exception>
    public async Task<DeltaSnapshot> SnapshotAsync(long version, CancellationToken cancel)
    {
        var (checkpoint, first) = log.StartOrNull(version)
            ?? throw new UntoldException($"The log is cleaned up: neither all commits up to version {version} are left nor a checkpoint to begin from.", isGone: true);
        if (version - first >= Limits.DeltaCommitsRead)
        {
            throw new UntoldException($"Version {version} is more than {Limits.DeltaCommitsRead} commits after the nearest checkpoint, more than MlHub reads.", isGone: false);
        }

        var state = new State();
        foreach (var file in checkpoint)
        {
            state.Apply(await CheckpointAsync($"{LogFolder}/{file}", cancel));
        }

        for (var commit = first; commit <= version; commit++)
        {
            state.Apply(await CommitAsync(commit, cancel));
        }

        return state.Snapshot();
    }

    /// <summary>The commits after one version up to another that the log still has, with how many it has no more.</summary>
    public async Task<(List<DeltaCommit> Commits, long Gone)> CommitsAsync(long after, long upTo, CancellationToken cancel)
    {
        List<DeltaCommit> commits = [];
        var gone = 0L;
        for (var version = after + 1; version <= upTo; version++)
        {
            if (!log.HasCommit(version))
            {
                gone++;
                continue;
            }

            var actions = await CommitAsync(version, cancel);
            commits.Add(new(version, actions.Select(a => a.Info).FirstOrDefault(i => i is not null), DataSchema.ReadOrNull(actions.LastOrDefault(a => a.Schema is not null)?.Schema)));
        }

        return (commits, gone);
    }

    /// <summary>What its commit says of a version; null where that is gone.</summary>
    public async Task<DeltaCommitInfo?> InfoOrNullAsync(long version, CancellationToken cancel) =>
        log.HasCommit(version) ? (await CommitAsync(version, cancel)).Select(a => a.Info).FirstOrDefault(i => i is not null) : null;

    private async Task<List<DeltaAction>> CommitAsync(long version, CancellationToken cancel)
    {
        var bytes = await folder.ReadOrNullAsync(DeltaLogFiles.CommitPath(version), Limits.DeltaCommitBytes, cancel)
            ?? throw new UntoldException($"Commit {version} cannot be read, or is larger than MlHub reads.", isGone: false);
        return Lines(bytes, $"Commit {version}");
    }

    private async Task<IReadOnlyList<DeltaAction>> CheckpointAsync(string path, CancellationToken cancel)
    {
        var actions = await FileAsync(path, cancel);
        List<DeltaAction> all = [.. actions];
        foreach (var sidecar in actions.Select(a => a.Sidecar).OfType<string>())
        {
            all.AddRange(await FileAsync($"{LogFolder}/_sidecars/{sidecar}", cancel));
            if (all.Count > Limits.DeltaTableFiles * 2)
            {
                throw TooManyFiles();
            }
        }

        return all;
    }

    private async Task<IReadOnlyList<DeltaAction>> FileAsync(string path, CancellationToken cancel)
    {
        var bytes = await folder.ReadOrNullAsync(path, Limits.DeltaCheckpointBytes, cancel)
            ?? throw new UntoldException("A checkpoint cannot be read, or is larger than MlHub reads.", isGone: false);
        try
        {
            return path.EndsWith(".json", StringComparison.Ordinal) ? Lines(bytes, "A checkpoint") : await checkpoints.ReadAsync(bytes, Limits.DeltaTableFiles * 2, cancel);
        }
        catch (InvalidDataException e)
        {
            throw new UntoldException($"A checkpoint cannot be read: {e.Message}", isGone: false);
        }
    }

    private static UntoldException TooManyFiles() => new($"The table has more than {Limits.DeltaTableFiles} files, more than MlHub reads.", isGone: false);

    private static List<DeltaAction> Lines(byte[] bytes, string name)
    {
        try
        {
            List<DeltaAction> actions = [];
            for (var (start, end) = (0, 0); start < bytes.Length; start = end + 1)
            {
                end = Array.IndexOf(bytes, (byte)'\n', start) is >= 0 and var found ? found : bytes.Length;
                var line = bytes.AsMemory(start, end - start);
                if (line.Span.Trim((byte)'\r').Trim((byte)' ').Length > 0 && DeltaAction.ReadOrNull(line) is { } action)
                {
                    actions.Add(action);
                }
            }

            return actions;
        }
        catch (JsonException)
        {
            throw new UntoldException($"{name} is damaged: it is not what the protocol says.", isGone: false);
        }
    }

    /// <summary>The table while its actions are applied in order.</summary>
    private sealed class State
    {
        private readonly Dictionary<string, bool> _files = new(StringComparer.Ordinal);
        private string? _schema;

        public void Apply(IReadOnlyList<DeltaAction> actions)
        {
            // An update of a file in place is its removal and its addition in one commit.
            foreach (var removed in actions.Select(a => a.Removed).OfType<string>())
            {
                _files.Remove(removed);
            }

            foreach (var action in actions)
            {
                if (action.Added is { } added)
                {
                    _files[added] = action.HasDeletionVector;
                }

                _schema = action.Schema ?? _schema;
                if (action.MinReaderVersion > KnownReaderVersion)
                {
                    throw new UntoldException($"The table asks for readers of version {action.MinReaderVersion}; MlHub knows up to {KnownReaderVersion}.", isGone: false);
                }
            }

            if (_files.Count > Limits.DeltaTableFiles)
            {
                throw TooManyFiles();
            }
        }

        public DeltaSnapshot Snapshot() => new(DataSchema.ReadOrNull(_schema), [.. _files.Keys], _files.ContainsValue(true));
    }
}
