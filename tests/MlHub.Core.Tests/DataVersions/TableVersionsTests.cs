using MlHub.Adapters.DataVersions;
using MlHub.DataVersions;
using MlHub.DataVersions.Delta;
using MlHub.Testing.DataVersions;

namespace MlHub.Core.Tests.DataVersions;

/// <summary>What the log of a Delta table tells of its versions.</summary>
public sealed class TableVersionsTests : IDisposable
{
    private const long AfterTheRun = 1_700_000_000_000;

    private readonly string _root = Directory.CreateTempSubdirectory("mlhub-tables-").FullName;
    private readonly string _own = Directory.CreateTempSubdirectory("mlhub-own-").FullName;
    private readonly TableVersions _tables;

    public TableVersionsTests() => _tables = new(new DataFolders([_root], null, _own), new ParquetCheckpoints());

    public void Dispose()
    {
        _tables.Dispose();
        Directory.Delete(_root, recursive: true);
        Directory.Delete(_own, recursive: true);
    }

    [Fact]
    public async Task A_version_has_the_columns_that_it_had()
    {
        var table = Table().Write(100, "price", "sqft").Write(20).Write(5, "beds");

        var (early, late) = (await JudgeAsync(table, 1), await JudgeAsync(table, 2));

        Assert.Equal((Reproducibility.Reproducible, "The log of version 1 and its 2 data files are there."), (early.Verdict.State, early.Verdict.Reason));
        Assert.Equal(["price double", "sqft double"], early.Columns!.Select(c => $"{c.Name} {c.Type}"));
        Assert.Equal(["price", "sqft", "beds"], late.Columns!.Select(c => c.Name));
    }

    [Fact]
    public async Task Between_two_versions_are_commits_with_their_counts_and_changed_columns()
    {
        var table = Table().Write(100, "price").Write(20).Write(5, "beds").Write(7);

        var history = await _tables.BetweenOrNullAsync(Source(table, 1), Source(table, 3), default);

        Assert.Equal([(2, "WRITE", 5), (3, "WRITE", 7)], history!.Commits.Select(c => (c.Version, c.Info!.Operation, c.Info.Counts["numOutputRows"])));
        var change = new DataChange(Source(table, 1), Source(table, 3), ColumnChange.Between(history.From!, history.To!), history);
        Assert.Equal("same table, version 1 → 3: 2 commits, column `beds` added", change.Sentence);
        Assert.Equal("same table, version 3 → 1: 2 commits, column `beds` removed", new DataChange(change.To, change.From, ColumnChange.Between(history.To!, history.From!), history).Sentence);
    }

    [Fact]
    public async Task Vacuum_makes_old_versions_unreadable_and_leaves_the_new_one()
    {
        var table = Table().Write("old.parquet", 10, "price").Overwrite("old.parquet").Vacuum("old.parquet");

        Assert.Equal((Reproducibility.Lost, "The only data file of version 0 is gone, as VACUUM removes it."), State(await JudgeAsync(table, 0)));
        Assert.Equal(Reproducibility.Reproducible, (await JudgeAsync(table, 1)).Verdict.State);
    }

    [Fact]
    public async Task A_checkpoint_of_another_writer_stands_for_the_commits_before_it()
    {
        var table = Table().Write(10, "price").Write(10).Write(10).Checkpoint(2).Write(3, "price", "sqft", "beds").CleanLogBefore(2);

        var (at, after) = (await JudgeAsync(table, 2), await JudgeAsync(table, 3));

        Assert.Equal((Reproducibility.Reproducible, "The log of version 2 and its 2 data files are there."), State(at));
        Assert.Equal(["price double", "sqft double"], at.Columns!.Select(c => $"{c.Name} {c.Type}"));
        Assert.Equal((Reproducibility.Reproducible, "The log of version 3 and its 3 data files are there."), State(after));
        Assert.Equal((Reproducibility.Lost, "The log is cleaned up: neither all commits up to version 1 are left nor a checkpoint to begin from."), State(await JudgeAsync(table, 1)));
        table.Vacuum(GivenTable.CheckpointFiles[1]);
        Assert.Equal((Reproducibility.Lost, "1 of the 2 data files of version 2 is gone, as VACUUM removes it."), State(await JudgeAsync(table, 2)));
    }

    [Fact]
    public async Task Commits_that_are_cleaned_up_are_counted_but_not_told()
    {
        var table = Table().Write(10, "price").Write(10).Write(10).Checkpoint(2).Write(3).CleanLogBefore(2);

        var history = await _tables.BetweenOrNullAsync(Source(table, 0), Source(table, 3), default);

        Assert.Equal((2L, 1L, 3L), (history!.Commits.Count, history.Gone, history.Count));
        Assert.Null(history.From);
    }

    [Fact]
    public async Task A_checkpoint_in_parts_counts_only_whole()
    {
        var table = Table().Checkpoint(4);
        File.Move(table.LogFile($"{4:D20}.checkpoint.parquet"), table.LogFile($"{4:D20}.checkpoint.{1:D10}.{2:D10}.parquet"));

        var half = await JudgeAsync(table, 4);
        File.Copy(table.LogFile($"{4:D20}.checkpoint.{1:D10}.{2:D10}.parquet"), table.LogFile($"{4:D20}.checkpoint.{2:D10}.{2:D10}.parquet"));

        Assert.Equal(Reproducibility.Lost, half.Verdict.State);
        Assert.Equal(Reproducibility.Reproducible, (await JudgeAsync(table, 4)).Verdict.State);
    }

    [Fact]
    public async Task A_table_made_anew_under_the_same_path_is_not_what_was_read()
    {
        var table = Table();
        table.Now = AfterTheRun + 3_600_000;
        table.Write(10, "price");

        Assert.Equal((Reproducibility.Lost, "Version 0 was written after the run had ended: the table was made anew."), State(await JudgeAsync(table, 0)));
        Assert.Equal((Reproducibility.Lost, "The table has no version 7: it is at 0, so it was made anew."), State(await JudgeAsync(table, 7)));
        Directory.Delete(table.Folder, recursive: true);
        Assert.Equal((Reproducibility.Lost, "There is no Delta table at this place any more."), State(await JudgeAsync(table, 0)));
    }

    [Theory]
    [InlineData("{\"add\":", "Commit 1 is damaged: it is not what the protocol says.")]
    [InlineData("[]", "Commit 1 is damaged: it is not what the protocol says.")]
    [InlineData("{\"add\":{\"size\":1}}", "Commit 1 is damaged: it is not what the protocol says.")]
    [InlineData("", "Commit 1 cannot be read, or is larger than MlHub reads.")]
    [InlineData("{\"protocol\":{\"minReaderVersion\":9}}", "The table asks for readers of version 9; MlHub knows up to 3.")]
    public async Task What_cannot_be_read_is_said_and_not_judged(string line, string reason)
    {
        var table = Table().Write(10, "price").Write(10);
        await File.WriteAllTextAsync(table.LogFile($"{1:D20}.json"), line);

        Assert.Equal((Reproducibility.Unknown, reason), State(await JudgeAsync(table, 1)));
        Assert.Equal(Reproducibility.Reproducible, (await JudgeAsync(table, 0)).Verdict.State);
    }

    [Fact]
    public async Task A_damaged_checkpoint_and_files_kept_elsewhere_are_not_judged()
    {
        var damaged = Table().Checkpoint(0);
        await File.WriteAllTextAsync(damaged.LogFile($"{0:D20}.checkpoint.parquet"), "PAR1 is not enough PAR1");
        var cloned = Table().Write(10, "price").Commit(GivenTable.Add("s3://bucket/other/part-1.parquet"));

        Assert.Equal((Reproducibility.Unknown, "A checkpoint cannot be read: it is no Parquet file that MlHub can read."), State(await JudgeAsync(damaged, 0)));
        Assert.Equal((Reproducibility.Unknown, "Of the 2 data files of version 1, 1 are kept elsewhere or are too many to be looked for."), State(await JudgeAsync(cloned, 1)));
    }

    [Fact]
    public async Task A_log_that_is_too_large_is_not_read()
    {
        var table = Table().Write(10, "price");
        await using (var file = File.OpenWrite(table.LogFile($"{0:D20}.json")))
        {
            file.SetLength(Limits.DeltaCommitBytes + 1L);
        }

        Assert.Equal((Reproducibility.Unknown, "Commit 0 cannot be read, or is larger than MlHub reads."), State(await JudgeAsync(table, 0)));
    }

    [Fact]
    public async Task A_checkpoint_in_json_names_its_sidecars_and_none_outside_the_table()
    {
        var table = Table().Checkpoint(5);
        Directory.CreateDirectory(table.LogFile("_sidecars"));
        File.Move(table.LogFile($"{5:D20}.checkpoint.parquet"), table.LogFile("_sidecars/files.parquet"));
        var checkpoint = table.LogFile($"{5:D20}.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.json");

        await File.WriteAllLinesAsync(checkpoint, ["""{"checkpointMetadata":{"version":5}}""", """{"sidecar":{"path":"files.parquet","sizeInBytes":1}}"""]);
        var whole = await JudgeAsync(table, 5);
        await File.WriteAllLinesAsync(checkpoint, ["""{"sidecar":{"path":"../../../../own/keys.parquet","sizeInBytes":1}}"""]);

        Assert.Equal((Reproducibility.Reproducible, "The log of version 5 and its 2 data files are there."), State(whole));
        Assert.Equal((Reproducibility.Unknown, "A checkpoint cannot be read, or is larger than MlHub reads."), State(await JudgeAsync(table, 5)));
    }

    [Fact]
    public async Task A_folder_that_hangs_holds_up_nobody_for_long()
    {
        using var tables = new TableVersions(new Hanging(), new ParquetCheckpoints());

        var verdict = (await tables.JudgeAsync(new(DataSource.Delta, "/t", 1), null, default).WaitAsync(TimeSpan.FromSeconds(60))).Verdict;

        Assert.Equal((Reproducibility.Unknown, "The table's log did not answer in time."), (verdict.State, verdict.Reason));
    }

    private GivenTable Table() => new(Path.Combine(_root, $"t{Guid.NewGuid():N}"));

    private Task<TableFacts> JudgeAsync(GivenTable table, long version) => _tables.JudgeAsync(Source(table, version), AfterTheRun, default);

    private static DataSource Source(GivenTable table, long version) => new(DataSource.Delta, table.Folder, version);

    private static (Reproducibility, string) State(TableFacts facts) => (facts.Verdict.State, facts.Verdict.Reason);

    /// <summary>As a network drive that is away: the call itself does not come back.</summary>
    private sealed class Hanging : IDataFolders, ITableFolder
    {
        private static readonly ManualResetEventSlim Never = new();

        public ITableFolder? OpenOrNull(string location) => this;

        public Task<IReadOnlyList<(string Name, long Size)>> ListAsync(string folder, int most, CancellationToken cancel)
        {
            Never.Wait(TimeSpan.FromSeconds(30), CancellationToken.None);
            return Task.FromResult<IReadOnlyList<(string, long)>>([]);
        }

        public Task<byte[]?> ReadOrNullAsync(string path, long most, CancellationToken cancel) => Task.FromResult<byte[]?>(null);

        public Task<int> CountMissingAsync(IReadOnlyList<string> paths, CancellationToken cancel) => Task.FromResult(0);
    }
}
