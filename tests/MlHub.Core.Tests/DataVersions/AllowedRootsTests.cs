using System.Diagnostics;
using MlHub.Adapters.DataVersions;
using MlHub.DataVersions;
using MlHub.Testing.DataVersions;

namespace MlHub.Core.Tests.DataVersions;

/// <summary>A path in a tag is anybody's text: nothing outside the roots is read, whatever the path or a link says.</summary>
public sealed class AllowedRootsTests : IDisposable
{
    private readonly string _base = Directory.CreateTempSubdirectory("mlhub-roots-").FullName;
    private readonly string _root;
    private readonly string _outside;
    private readonly string _own;
    private readonly DataFolders _folders;

    public AllowedRootsTests()
    {
        (_root, _outside, _own) = (Made("allowed"), Made("allowed-not"), Made("own"));
        new GivenTable(Path.Combine(_root, "sales")).Write("part.parquet", 1, "price");
        new GivenTable(Path.Combine(_outside, "secret")).Write("part.parquet", 1, "salary");
        File.WriteAllText(Path.Combine(_outside, "keys.json"), "{}");
        _folders = new([_root], null, _own);
    }

    public void Dispose() => Directory.Delete(_base, recursive: true);

    [Theory]
    [InlineData("{root}/sales")]
    [InlineData("{root}/sales/")]
    [InlineData("file:{root}/sales")]
    [InlineData("file://{root}/sales")]
    [InlineData("{root}/./other/../sales")]
    public async Task What_lies_in_a_root_is_read(string location) =>
        Assert.Equal([$"{0:D20}.json"], (await _folders.OpenOrNull(Path_(location))!.ListAsync("_delta_log", 10, default)).Select(f => f.Name));

    [Theory]
    [InlineData("{outside}/secret")]
    [InlineData("{outside}/absent")]
    [InlineData("{root}/../allowed-not/secret")]
    [InlineData("file:{root}/%2e%2e/allowed-not/secret")]
    [InlineData("file://host{root}/sales")]
    [InlineData("{root}\0/sales")]
    [InlineData("/")]
    [InlineData("/etc")]
    [InlineData("/proc/self/root{outside}/secret")]
    [InlineData("sales")]
    [InlineData("../allowed-not/secret")]
    [InlineData("~/sales")]
    [InlineData("")]
    [InlineData("s3://bucket/sales")]
    [InlineData("dbfs:/sales")]
    [InlineData("https://account.blob.core.windows.net/data/sales")]
    public void Whatever_leads_elsewhere_is_closed(string location) => Assert.Null(_folders.OpenOrNull(Path_(location)));

    [Fact]
    public void Without_roots_nothing_is_open() => Assert.Null(new DataFolders([], null, _own).OpenOrNull(Path.Combine(_root, "sales")));

    [Fact]
    public async Task Links_out_of_the_root_lead_nowhere()
    {
        Directory.CreateSymbolicLink(Path.Combine(_root, "table"), Path.Combine(_outside, "secret"));
        Directory.CreateSymbolicLink(Path.Combine(_root, "up"), "..");
        Directory.CreateSymbolicLink(Path.Combine(_root, "round"), Path.Combine(_root, "round"));
        var linked = new GivenTable(Path.Combine(_root, "linked")).Write("part.parquet", 1, "price");
        File.Delete(linked.LogFile($"{0:D20}.json"));
        File.CreateSymbolicLink(linked.LogFile($"{0:D20}.json"), Path.Combine(_outside, "keys.json"));
        Directory.CreateDirectory(Path.Combine(_root, "log"));
        Directory.CreateSymbolicLink(Path.Combine(_root, "log", "_delta_log"), Path.Combine(_outside, "secret", "_delta_log"));

        Assert.Null(_folders.OpenOrNull(Path.Combine(_root, "table")));
        Assert.Null(_folders.OpenOrNull(Path.Combine(_root, "up", "allowed-not", "secret")));
        Assert.Null(_folders.OpenOrNull(Path.Combine(_root, "round")));
        Assert.Null(await _folders.OpenOrNull(Path.Combine(_root, "linked"))!.ReadOrNullAsync($"_delta_log/{0:D20}.json", 100, default));
        Assert.Empty(await _folders.OpenOrNull(Path.Combine(_root, "log"))!.ListAsync("_delta_log", 10, default));
    }

    [Fact]
    public async Task A_log_cannot_name_files_outside_to_learn_whether_they_exist()
    {
        File.CreateSymbolicLink(Path.Combine(_root, "sales", "link.parquet"), Path.Combine(_outside, "keys.json"));
        var sales = _folders.OpenOrNull(Path.Combine(_root, "sales"))!;

        Assert.Equal(0, await sales.CountMissingAsync(["part.parquet", "./part.parquet"], default));
        Assert.Equal(4, await sales.CountMissingAsync(["../../allowed-not/keys.json", "link.parquet", $"{_outside}/keys.json", "absent"], default));
        Assert.Null(await sales.ReadOrNullAsync("../../allowed-not/keys.json", 100, default));
        Assert.Null(await sales.ReadOrNullAsync("link.parquet", 100, default));
    }

    [Fact]
    public async Task A_root_may_be_a_link_and_links_within_it_are_followed()
    {
        var alias = Path.Combine(_base, "alias");
        Directory.CreateSymbolicLink(alias, _root);
        Directory.CreateSymbolicLink(Path.Combine(_root, "current"), "sales");
        var folders = new DataFolders([alias], null, _own);

        Assert.Single(await folders.OpenOrNull($"{alias}/sales")!.ListAsync("_delta_log", 10, default));
        Assert.Single(await folders.OpenOrNull($"{alias}/current")!.ListAsync("_delta_log", 10, default));
        Assert.Single(await folders.OpenOrNull($"{_root}/sales")!.ListAsync("_delta_log", 10, default));
    }

    [Fact]
    public async Task A_pipe_in_a_log_is_not_waited_for()
    {
        var pipe = Path.Combine(_root, "sales", "_delta_log", $"{1:D20}.json");
        using var made = Process.Start("mkfifo", pipe);
        await made.WaitForExitAsync();

        Assert.Null(await _folders.OpenOrNull(Path.Combine(_root, "sales"))!.ReadOrNullAsync($"_delta_log/{1:D20}.json", 100, default).WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Theory]
    [InlineData("relative/data", "neither")]
    [InlineData("{own}", "own data")]
    [InlineData("{own}/keys", "own data")]
    [InlineData("{base}", "own data")]
    [InlineData("https://account.blob.core.windows.net/data", "ConnectionStrings:Blobs")]
    public void Roots_that_cannot_be_roots_are_refused_at_the_start(string root, string words) =>
        Assert.Contains(words, Assert.Throws<IOException>(() => new DataFolders([Path_(root)], null, _own)).Message, StringComparison.Ordinal);

    private string Path_(string text) => text.Replace("{root}", _root, StringComparison.Ordinal).Replace("{outside}", _outside, StringComparison.Ordinal)
        .Replace("{own}", _own, StringComparison.Ordinal).Replace("{base}", _base, StringComparison.Ordinal);

    private string Made(string name) => Directory.CreateDirectory(Path.Combine(_base, name)).FullName;
}
