using MlHub.Testing.Databases;

namespace MlHub.Web.Tests.Operations;

/// <summary>The upgrade of a filled database by the built program, killed wherever it happens to be.</summary>
public sealed class UpgradeTests : IDisposable
{
    private const string Rows = "SELECT (SELECT count(*) FROM runs) || ' ' || (SELECT count(*) FROM metric_series) || ' ' || (SELECT count(*) || ' ' || sum(value) FROM metrics)";

    private readonly string _data = Directory.CreateTempSubdirectory("mlhub-upgrade-").FullName;

    private string File => Path.Combine(_data, "mlhub.db");
    private string Copy => File + ".upgrading";
    private string Backups => Path.Combine(_data, "backups");

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Killed_at_any_point_the_hub_has_the_old_database_or_the_new_one()
    {
        await OlderDatabase.MakeAsync(_data);
        var before = await OlderDatabase.AskAsync(File, Rows);
        var length = new FileInfo(File).Length;
        Func<bool>[] points =
        [
            () => System.IO.File.Exists(Copy),
            () => LengthOf(Copy) > length / 4,
            () => LengthOf(Copy) > length * 3 / 4,
            () => LengthOf(Copy) >= length,
            () => System.IO.File.Exists(Copy + "-journal") || LengthOf(Copy) > length,
            () => System.IO.File.Exists(Copy) && LengthOf(Copy) > length && Random.Shared.Next(2000) == 0,
            () => Directory.Exists(Backups),
        ];
        foreach (var reached in points)
        {
            using var hub = Start();
            await Eventually.TrueAsync(() => reached() || hub.HasExited || Directory.Exists(Backups), TimeSpan.FromSeconds(120));
            hub.Kill();

            Assert.Equal(before, await OlderDatabase.AskAsync(File, Rows));
            Assert.Equal("ok", await OlderDatabase.AskAsync(File, "PRAGMA integrity_check"));
        }

        using var last = Start();
        using var client = new HttpClient { BaseAddress = await last.ListeningAsync() };
        Assert.Equal(300, (await client.ReadAsync($"/metrics/get-history?run_id={1:x32}&metric_key=metric%201"))["metrics"]!.AsArray().Count);
        Assert.Equal(0, await last.StopAsync());

        Assert.Equal(before, await OlderDatabase.AskAsync(File, Rows));
        Assert.Equal("", await OlderDatabase.AskAsync(File, "PRAGMA foreign_key_check"));
        Assert.False(System.IO.File.Exists(Copy));
        var kept = Assert.Single(Directory.EnumerateFiles(Backups));
        Assert.Equal(before, await OlderDatabase.AskAsync(kept, Rows));
        Assert.Equal(OlderDatabase.Foundation, await OlderDatabase.AskAsync(kept, "SELECT max(MigrationId) FROM __EFMigrationsHistory"));
    }

    /// <summary>The steps that follow one another too fast to be met by chance.</summary>
    [Theory]
    [InlineData("fsync,fdatasync")]
    [InlineData("link,linkat")]
    [InlineData("rename,renameat")]
    public async Task Killed_as_the_new_database_takes_its_place_nothing_is_lost(string step)
    {
        Assert.SkipUnless(SmallDisk.Runs("strace", "-qq", "-o", "/dev/null", "true"), "strace is not installed, or may not trace here.");
        await OlderDatabase.MakeAsync(_data);
        var before = await OlderDatabase.AskAsync(File, Rows);

        using (var killed = HubProcess.StartUnder(["strace", "-D", "-f", "-o", "/dev/null", "-P", File, "-P", Copy, "-e", $"trace={step}", "-e", $"inject={step}:signal=KILL:when=1"], _data))
        {
            Assert.Equal(137, await killed.ExitAsync());
        }

        Assert.Equal(before, await OlderDatabase.AskAsync(File, Rows));
        using var next = Start();
        await next.ListeningAsync();
        Assert.Equal(before, await OlderDatabase.AskAsync(File, Rows));
    }

    [Fact]
    public async Task An_old_backup_is_restored_and_upgraded_at_its_start()
    {
        await OlderDatabase.MakeAsync(_data);
        var (backup, restored) = (Path.Combine(_data, "backup"), Path.Combine(_data, "restored"));

        var made = await HubCommand.RunAsync("backup", "--to", backup, $"--MlHub:DataDirectory={_data}");
        var back = await HubCommand.RunAsync("restore", "--from", backup, $"--MlHub:DataDirectory={restored}");
        using var hub = HubProcess.Start(restored, null, "MlHub:Access:Mode=Open");
        using var client = new HttpClient { BaseAddress = await hub.ListeningAsync() };

        Assert.True((made.Code, back.Code) == (0, 0), made.Text + back.Text);
        Assert.Equal("run 7", (string?)(await client.ReadAsync($"/runs/get?run_id={7:x32}"))["run"]!["info"]!["run_name"]);
    }

    [Fact]
    public async Task A_damaged_database_is_neither_upgraded_nor_changed()
    {
        await OlderDatabase.MakeAsync(_data);
        await using (var file = System.IO.File.OpenWrite(File))
        {
            file.Position = file.Length / 2 / 4096 * 4096;
            file.Write(new byte[4096]);
        }

        using var hub = Start();

        Assert.Equal(1, await hub.ExitAsync());
        await Eventually.TrueAsync(() => hub.Output.Contains("is damaged", StringComparison.Ordinal));
        Assert.Contains("MlHub cannot start. The database", hub.Output, StringComparison.Ordinal);
        Assert.Equal(OlderDatabase.Foundation, await OlderDatabase.AskAsync(File, "SELECT max(MigrationId) FROM __EFMigrationsHistory"));
        Assert.False(System.IO.File.Exists(Copy));
    }

    [Fact]
    public async Task Without_room_for_a_copy_nothing_is_changed()
    {
        using var disk = SmallDisk.MountOrNull(_data, megabytes: 64);
        Assert.SkipWhen(disk is null, "Mounting a small disk is not permitted here.");
        await OlderDatabase.MakeAsync(_data);
        var before = await OlderDatabase.AskAsync(File, Rows);

        using var hub = Start();

        Assert.Equal(1, await hub.ExitAsync());
        await Eventually.TrueAsync(() => hub.Output.Contains("MlHub cannot start. The upgrade of the database needs", StringComparison.Ordinal));
        Assert.Equal(before, await OlderDatabase.AskAsync(File, Rows));
        Assert.Equal(OlderDatabase.Foundation, await OlderDatabase.AskAsync(File, "SELECT max(MigrationId) FROM __EFMigrationsHistory"));
    }

    [Fact]
    public async Task A_database_of_a_newer_build_is_refused_in_a_sentence()
    {
        using (var hub = Start())
        {
            await hub.ListeningAsync();
            await hub.StopAsync();
        }

        await using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={File};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "INSERT INTO __EFMigrationsHistory VALUES ('29990101000000_FromTheFuture', '99')";
            await command.ExecuteNonQueryAsync();
        }

        using var older = Start();

        Assert.Equal(1, await older.ExitAsync());
        await Eventually.TrueAsync(() => older.Output.Contains("MlHub cannot start. The database was upgraded by a newer MlHub (migration 29990101000000_FromTheFuture)", StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", older.Output, StringComparison.Ordinal);
    }

    private static long LengthOf(string file) => new FileInfo(file) is { Exists: true } there ? there.Length : -1;

    private HubProcess Start() => HubProcess.Start(_data, null, "MlHub:Access:Mode=Open");
}
