using MlHub.Adapters;
using MlHub.Testing;

namespace MlHub.Core.Tests.Operations;

public sealed class KeptFilesTests : IDisposable
{
    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("mlhub-kept-").FullName, "cache");
    private readonly TestClock _clock = new();

    [Fact]
    public void What_is_kept_is_found_by_another_process_until_it_is_forgotten()
    {
        New().Keep("things-1", "a", [1, 2, 3]);
        New().Keep("things-1", "a", [4, 5]);

        Assert.Equal([4, 5], New().FindOrNull("things-1", "a"));
        Assert.Null(New().FindOrNull("things-2", "a"));
        New().Forget("things-1", "a");
        Assert.Null(New().FindOrNull("things-1", "a"));
    }

    [Theory, InlineData(0), InlineData(20), InlineData(34)]
    public void A_file_that_was_cut_or_changed_is_none(int length)
    {
        New().Keep("things-1", "a", [1, 2, 3]);
        var file = Directory.GetFiles(_folder, "a", SearchOption.AllDirectories).Single();
        var bytes = File.ReadAllBytes(file);
        File.WriteAllBytes(file, bytes[..length]);
        New().Keep("things-1", "b", [1, 2, 3]);
        File.WriteAllBytes(Path.Combine(_folder, "things-1", "b"), [.. bytes[..^1], 9]);

        Assert.Null(New().FindOrNull("things-1", "a"));
        Assert.Null(New().FindOrNull("things-1", "b"));
    }

    [Fact]
    public void Where_there_is_too_much_what_was_not_used_for_longest_goes()
    {
        var kept = New(mostBytes: 1000);
        foreach (var name in new[] { "a", "b", "c" })
        {
            kept.Keep("things-1", name, new byte[200]);
            _clock.Advance(TimeSpan.FromMinutes(1));
        }

        kept.FindOrNull("things-1", "a");
        _clock.Advance(TimeSpan.FromMinutes(1));
        kept.Keep("things-1", "d", new byte[400]);

        Assert.NotNull(kept.FindOrNull("things-1", "a"));
        Assert.Null(kept.FindOrNull("things-1", "b"));
        Assert.Null(kept.FindOrNull("things-1", "c"));
        Assert.NotNull(kept.FindOrNull("things-1", "d"));
    }

    [Fact]
    public void What_nobody_used_for_a_month_goes()
    {
        var kept = New();
        kept.Keep("things-1", "a", [1]);
        _clock.Advance(TimeSpan.FromDays(31));
        kept.Keep("things-1", "b", [1]);

        Assert.Null(kept.FindOrNull("things-1", "a"));
        Assert.NotNull(kept.FindOrNull("things-1", "b"));
    }

    [Fact]
    public void A_folder_that_is_deleted_or_cannot_be_made_harms_nobody()
    {
        var kept = New();
        kept.Keep("things-1", "a", [1]);
        Directory.Delete(_folder, recursive: true);
        Assert.Null(kept.FindOrNull("things-1", "a"));

        File.WriteAllText(_folder, "in the way");
        kept.Keep("things-1", "a", [1]);
        kept.Forget("things-1", "a");
        Assert.Null(kept.FindOrNull("things-1", "a"));
    }

    [Theory, InlineData("../a"), InlineData("a/b"), InlineData("A"), InlineData("")]
    public void No_name_leads_out_of_the_folder(string name) => Assert.Throws<ArgumentException>(() => New().Keep("things-1", name, [1]));

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    private KeptFiles New(long mostBytes = 1 << 20) => new(_folder, _clock, mostBytes);
}
