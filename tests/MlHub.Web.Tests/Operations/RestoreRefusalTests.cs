using System.IO.Compression;
using System.Security.Cryptography;
using MlHub.Operations;

namespace MlHub.Web.Tests.Operations;

/// <summary>Backups that were damaged, made by others, or made to harm: each is refused in a sentence, and nothing is changed.</summary>
public sealed class RestoreRefusalTests : IDisposable
{
    private readonly BackedUpHub _hub = new();

    public void Dispose() => _hub.Dispose();

    [Fact]
    public async Task Damaged_and_foreign_backups_are_refused_and_change_nothing()
    {
        await _hub.GivenStoppedHubAsync();
        Assert.Equal(0, (await _hub.BackUpAsync("good")).Code);
        var manifest = _hub.ManifestOf("good");
        var artifact = manifest.Files.First(f => f.Name.StartsWith("artifacts/", StringComparison.Ordinal)).Name;

        await RequireRefusalAsync("is not what its manifest says", b => Flip(Path.Combine(b, "mlhub.db")));
        await RequireRefusalAsync("is not what its manifest says", b => Flip(Path.Combine(b, artifact)));
        await RequireRefusalAsync("is not what its manifest says", b => File.AppendAllText(Path.Combine(b, artifact), "more"));
        await RequireRefusalAsync($"it lacks {artifact}", b => File.Delete(Path.Combine(b, artifact)));
        await RequireRefusalAsync("it lacks manifest.json", b => File.Delete(Path.Combine(b, "manifest.json")));
        await RequireRefusalAsync("its manifest cannot be read", b => File.WriteAllText(Path.Combine(b, "manifest.json"), "{\"format\":"));
        await RequireRefusalAsync("its manifest cannot be read", b => File.WriteAllText(Path.Combine(b, "manifest.json"), "{\"format\":\"mlhub-backup-1\"}"));
        await RequireRefusalAsync("has the format 'mlhub-backup-9'", _ => _hub.WriteManifest("bad", manifest with { Format = "mlhub-backup-9" }));
        await RequireRefusalAsync("made by a newer MlHub", _ => _hub.WriteManifest("bad", manifest with { Migration = "29990101000000_FromTheFuture" }));
        await RequireRefusalAsync("holds a database of PostgreSql", _ => _hub.WriteManifest("bad", manifest with { Database = "PostgreSql" }));
        await RequireRefusalAsync("that its manifest does not list: 'extra.txt'", b => File.WriteAllText(Path.Combine(b, "extra.txt"), "x"));
        await RequireRefusalAsync("holds a link", b => File.CreateSymbolicLink(Path.Combine(b, "artifacts", "link"), "/etc/passwd"));
        foreach (var name in (string[])["../escaped", "/tmp/escaped", "artifacts/../../escaped", "artifacts/ab/../../../escaped", "lock", "artifacts/ab/abc", "mlhub.db\n", "keys/key-1.xml", "artifacts\\ab\\x"])
        {
            var evil = new BackupFile(name, 1, Convert.ToHexStringLower(SHA256.HashData("x"u8)));
            await RequireRefusalAsync("holds a file that no backup has", _ => _hub.WriteManifest("bad", manifest with { Files = [.. manifest.Files, evil] }));
        }

        await _hub.RestoreInProcessAsync("good", "restored");
    }

    [Fact]
    public async Task A_cut_or_crafted_zip_is_refused_and_changes_nothing()
    {
        await _hub.GivenStoppedHubAsync();
        Assert.Equal(0, (await _hub.BackUpAsync("good.zip")).Code);
        var bytes = await File.ReadAllBytesAsync(_hub.At("good.zip"));

        await File.WriteAllBytesAsync(_hub.At("cut.zip"), bytes[..(bytes.Length / 2)]);
        File.Copy(_hub.At("good.zip"), _hub.At("evil.zip"));
        await using (var zip = await ZipFile.OpenAsync(_hub.At("evil.zip"), ZipArchiveMode.Update))
        {
            await using var entry = await zip.CreateEntry("../../escaped").OpenAsync();
            entry.WriteByte(1);
        }

        await RequireRefusalOfAsync("cut.zip", "is damaged, or no backup");
        await RequireRefusalOfAsync("evil.zip", "that its manifest does not list");
        await RequireRefusalOfAsync("nowhere", "There is no backup at");
        Assert.False(File.Exists(Path.Combine(Path.GetDirectoryName(_hub.At("."))!, "escaped")));
        await _hub.RestoreInProcessAsync("good.zip", "restored");
    }

    [Fact]
    public async Task Only_an_empty_place_is_restored_into_and_nothing_is_overwritten()
    {
        await _hub.GivenStoppedHubAsync();
        await _hub.BackUpAsync("backup");
        var before = Directory.EnumerateFiles(_hub.Data, "*", SearchOption.AllDirectories).Order().ToList();
        Directory.CreateDirectory(_hub.At("unfinished/restoring"));

        var again = await _hub.BackUpAsync("backup");
        var over = await _hub.RestoreAsync("backup", "data");
        using var unfinished = _hub.Start(_hub.At("unfinished"));

        Assert.Equal((1, 1, 1), (again.Code, over.Code, await unfinished.ExitAsync()));
        Assert.Contains("overwrites nothing", again.Error, StringComparison.Ordinal);
        Assert.Contains("is not empty", over.Error, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => unfinished.Output.Contains("holds a restore that was not finished", StringComparison.Ordinal));
        Assert.Equal(before, Directory.EnumerateFiles(_hub.Data, "*", SearchOption.AllDirectories).Order());
    }

    private async Task RequireRefusalAsync(string words, Action<string> harm)
    {
        var bad = _hub.At("bad");
        Copy(_hub.At("good"), bad);
        harm(bad);
        await RequireRefusalOfAsync("bad", words);
        Directory.Delete(bad, recursive: true);
    }

    private async Task RequireRefusalOfAsync(string backup, string words)
    {
        var refusal = await Assert.ThrowsAsync<IOException>(() => _hub.RestoreInProcessAsync(backup, "target"));

        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_hub.At("target")));
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private static void Flip(string file)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);
    }
}
