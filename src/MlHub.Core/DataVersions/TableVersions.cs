using System.Globalization;
using MlHub.DataVersions.Delta;

namespace MlHub.DataVersions;

/// <summary>What a table's log says of one version of it.</summary>
public sealed record TableFacts(DataVerdict Verdict, IReadOnlyList<DataColumn>? Columns = null);

/// <summary>
/// Reads the logs of the Delta tables that the operator let MlHub read, within bounds of size, number and time. The rows of a table are never
/// read. Source of the format: PROTOCOL.md of delta-io/delta.
/// </summary>
public sealed class TableVersions(IDataFolders folders, ICheckpointFormat checkpoints) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>A commit after a run ended cannot be what it read; clocks may differ by this much.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(10);

    /// <summary>Logs can be large, and anybody may look at a run.</summary>
    private readonly SemaphoreSlim _readings = new(Limits.DeltaReadings);

    public void Dispose() => _readings.Dispose();

    /// <summary>Whether the version can still be read, and its columns.</summary>
    /// <param name="source">Any source; only Delta tables have versions.</param>
    /// <param name="readBy">When whoever read it had done so, in milliseconds since 1970; null while it still may.</param>
    /// <param name="cancel">Ends the reading.</param>
    public Task<TableFacts> JudgeAsync(DataSource source, long? readBy, CancellationToken cancel) => BoundedAsync(
        async within => FolderOrNull(source, out var closed) is { } folder ? await JudgeAsync(folder, source.Version, readBy, within) : new(closed),
        why => new TableFacts(why),
        cancel);

    /// <summary>What happened between two versions of one table; null where that cannot be told.</summary>
    public async Task<TableHistory?> BetweenOrNullAsync(DataSource from, DataSource to, CancellationToken cancel)
    {
        if (!from.IsDelta || from.Place != to.Place || from.Version is not { } one || to.Version is not { } other || FolderOrNull(to, out _) is not { } folder)
        {
            return null;
        }

        return await BoundedAsync<TableHistory?>(
            async within =>
            {
                var (first, last) = (Math.Min(one, other), Math.Max(one, other));
                if (await DeltaTable.OpenOrNullAsync(folder, checkpoints, within) is not { } table || table.Latest < last || last - first > Limits.DeltaCommitsTold)
                {
                    return null;
                }

                var (commits, gone) = await table.CommitsAsync(first, last, within);
                return new(commits, gone, await ColumnsOrNullAsync(table, one, within), await ColumnsOrNullAsync(table, other, within));
            },
            _ => null,
            cancel);
    }

    private static async Task<IReadOnlyList<DataColumn>?> ColumnsOrNullAsync(DeltaTable table, long version, CancellationToken cancel)
    {
        try
        {
            return (await table.SnapshotAsync(version, cancel)).Columns;
        }
        catch (UntoldException)
        {
            return null;
        }
    }

    private ITableFolder? FolderOrNull(DataSource source, out DataVerdict why)
    {
        why = source switch
        {
            { IsDelta: false } => DataVerdict.Unknown("No version is kept of such a source: only the digest tells whether it is the same data."),
            { Location: null } => DataVerdict.Unknown("It is not said which table it was."),
            _ => new(Reproducibility.Unknown, "MlHub does not look into this table.", IsClosed: true),
        };
        return source.IsDelta && source.Location is { } location ? folders.OpenOrNull(location) : null;
    }

    private async Task<TableFacts> JudgeAsync(ITableFolder folder, long? logged, long? readBy, CancellationToken cancel)
    {
        if (await DeltaTable.OpenOrNullAsync(folder, checkpoints, cancel) is not { } table)
        {
            return new(DataVerdict.Lost("There is no Delta table at this place any more."));
        }

        if (logged is not { } version)
        {
            return new(DataVerdict.Unknown("It is not said which version was read; MLflow leaves out the version 0."));
        }

        if (version > table.Latest)
        {
            return new(DataVerdict.Lost($"The table has no version {version}: it is at {table.Latest}, so it was made anew."));
        }

        if (await table.InfoOrNullAsync(version, cancel) is { Timestamp: { } written } && readBy is { } by && written > by + ClockSkew.TotalMilliseconds)
        {
            return new(DataVerdict.Lost($"Version {version} was written after the run had ended: the table was made anew."));
        }

        var snapshot = await table.SnapshotAsync(version, cancel);
        return new(await FilesAsync(folder, snapshot, version, cancel), snapshot.Columns);
    }

    private static async Task<DataVerdict> FilesAsync(ITableFolder folder, DeltaSnapshot snapshot, long version, CancellationToken cancel)
    {
        var own = snapshot.Files.Where(f => !IsElsewhere(f)).Take(Limits.DeltaFilesChecked).ToList();
        var missing = await folder.CountMissingAsync(own, cancel);
        var all = Text(snapshot.Files.Count);
        return missing == 1 && snapshot.Files.Count == 1 ? DataVerdict.Lost($"The only data file of version {version} is gone, as VACUUM removes it.")
            : missing > 0 ? DataVerdict.Lost($"{Text(missing)} of the {all} data files of version {version} {(missing == 1 ? "is" : "are")} gone, as VACUUM removes {(missing == 1 ? "it" : "them")}.")
            : own.Count < snapshot.Files.Count ? DataVerdict.Unknown($"Of the {all} data files of version {version}, {Text(snapshot.Files.Count - own.Count)} are kept elsewhere or are too many to be looked for.")
            : snapshot.Files.Count == 1 && !snapshot.HasDeletionVectors ? new(Reproducibility.Reproducible, $"The log of version {version} and its only data file are there.")
            : snapshot.HasDeletionVectors ? new(Reproducibility.Reproducible, $"The log of version {version} and its {all} data files are there; its deletion vectors were not looked at.")
            : new(Reproducibility.Reproducible, $"The log of version {version} and its {all} data files are there.");
    }

    /// <summary>Tables that were cloned name files of others by whole addresses.</summary>
    private static bool IsElsewhere(string path) => path.StartsWith('/') || path.Contains("://", StringComparison.Ordinal) || path.StartsWith("file:", StringComparison.Ordinal);

    private static string Text(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private async Task<T> BoundedAsync<T>(Func<CancellationToken, Task<T>> read, Func<DataVerdict, T> refused, CancellationToken cancel)
    {
        // Not disposed: a reading that hangs in the system goes on with it.
        var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        try
        {
            await _readings.WaitAsync(patience.Token);
            return await Task.Run(() => ReleasingAsync(() => read(patience.Token)), CancellationToken.None).WaitAsync(patience.Token);
        }
        catch (UntoldException why)
        {
            return refused(why.IsGone ? DataVerdict.Lost(why.Message) : DataVerdict.Unknown(why.Message));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return refused(DataVerdict.Unknown("The table's log did not answer in time."));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or HubException)
        {
            return refused(DataVerdict.Unknown("The table's log cannot be read just now."));
        }
    }

    private async Task<T> ReleasingAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        finally
        {
            _readings.Release();
        }
    }
}
