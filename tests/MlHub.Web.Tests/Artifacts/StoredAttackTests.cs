using System.IO.Compression;
using System.Security.Cryptography;
using MlHub.Web.Tests.Registry;

namespace MlHub.Web.Tests.Artifacts;

/// <summary>Attacks by what is stored: archives, links, names. The numbers are those of <see cref="AttackTable"/>.</summary>
public sealed class StoredAttackTests(PortHub hub) : IClassFixture<PortHub>
{
    [Fact]
    public void The_table_names_every_attack_and_none_twice() => Assert.Equal([.. Enumerable.Range(1, 28), 79], AttackTable.Rows.Keys.Order());

    /// <summary>Attack 24.</summary>
    [Fact]
    public async Task An_archive_is_a_file_like_any_other()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        using var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var name in new[] { "../../pwned.txt", "/tmp/pwned.txt", "C:\\pwned.txt", "a/../../../pwned.txt" })
            {
                await using var entry = await zip.CreateEntry(name).OpenAsync();
                await entry.WriteAsync(new byte[1_000_000]);
            }
        }

        var before = Files();
        var answer = await hub.Ann.UploadAsync(experiment, run, "model.zip", archive.ToArray());

        Assert.Equal(200, answer.Status);
        var digest = Convert.ToHexStringLower(SHA256.HashData(archive.ToArray()));
        Assert.Equal([Path.Combine(hub.DataDirectory, "artifacts", digest[..2], digest)], Files().Except(before));
        Assert.Equal(archive.ToArray(), await hub.Ann.GetByteArrayAsync(Asking.ArtifactUrl(experiment, run, "model.zip")));
    }

    /// <summary>Attack 25.</summary>
    [Fact]
    public async Task A_link_in_the_store_is_not_followed()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        var bytes = Guid.NewGuid().ToByteArray();
        await hub.Ann.UploadAsync(experiment, run, "a.bin", bytes);
        var digest = Convert.ToHexStringLower(SHA256.HashData(bytes));
        var path = Path.Combine(hub.DataDirectory, "artifacts", digest[..2], digest);
        File.Delete(path);
        File.CreateSymbolicLink(path, "/etc/passwd");

        var whole = await RawHttp.AskAsync(hub.Address, "GET", Asking.ArtifactUrl(experiment, run, "a.bin"), hub.AnnsToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, Asking.ArtifactUrl(experiment, run, "a.bin")) { Headers = { Range = new(0, 100) } };
        var part = await Answer.OfAsync(await hub.Ann.SendAsync(request));

        Assert.All([whole, part], a => Assert.Equal((500, "DATA_LOSS"), (a.Status, a.Code)));
        Assert.All([whole, part], a => Assert.DoesNotContain("root:", a.Text, StringComparison.Ordinal));
        await using var db = hub.Open();
        Assert.Contains(db.Events, e => e.Kind == "artifact.damaged" && e.Subject == digest);
    }

    /// <summary>Attack 26.</summary>
    [Theory]
    [InlineData("../../x")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("/etc/passwd")]
    [InlineData("a\\..\\b")]
    public async Task No_name_reaches_the_disk(string name)
    {
        var unique = $"{name}{Guid.NewGuid():N}/../{name}";
        var experiment = await hub.Ann.PostedAsync("/experiments/create", new { name = unique });
        var id = experiment.Status == 200 ? (string)experiment.Json["experiment_id"]! : await hub.Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}");
        var run = (string)(await hub.Ann.CallAsync("/runs/create", new { experiment_id = id, run_name = name }))["run"]!["info"]!["run_id"]!;
        var model = await hub.Ann.PostedAsync("/registered-models/create", new { name });
        var bytes = Guid.NewGuid().ToByteArray();
        var before = Files();

        await hub.Ann.UploadAsync(id, run, "a.bin", bytes);

        var digest = Convert.ToHexStringLower(SHA256.HashData(bytes));
        Assert.Equal([Path.Combine(hub.DataDirectory, "artifacts", digest[..2], digest)], Files().Except(before));
        Assert.True(model.Status is 200 or 400);
    }

    /// <summary>Attack 27.</summary>
    [Fact]
    public async Task Names_of_models_that_look_alike_are_one_or_refused()
    {
        var unique = $"{Guid.NewGuid():N}";
        Assert.Equal(200, (await hub.Ann.PostedAsync("/registered-models/create", new { name = $"caf\u00e9 {unique}" })).Status);

        var decomposed = await hub.Ann.PostedAsync("/registered-models/create", new { name = $"cafe\u0301 {unique}" });
        var otherCase = await hub.Ann.PostedAsync("/registered-models/create", new { name = $"CAF\u00c9 {unique}" });
        Answer[] refused =
        [
            await hub.Ann.PostedAsync("/registered-models/create", new { name = $"a%2Fb{unique}" }),
            await hub.Ann.PostedAsync("/registered-models/create", new { name = $"a:b{unique}" }),
            await hub.Ann.PostedAsync("/registered-models/create", new { name = $"a\n{unique}" }),
        ];

        Assert.Equal((400, "RESOURCE_ALREADY_EXISTS"), (otherCase.Status, otherCase.Code));
        Assert.All([decomposed, .. refused], a => Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (a.Status, a.Code)));
    }

    /// <summary>Attack 18.</summary>
    [Fact]
    public async Task Versions_that_come_from_one_another_are_copies()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        await hub.Ann.UploadAsync(experiment, run, "model/a.bin", [7]);
        var (x, y) = (await hub.Ann.GivenModelAsync(), await hub.Ann.GivenModelAsync());

        var itself = await hub.Ann.PostedAsync("/model-versions/create", new { name = x, source = $"models:/{x}/1" });
        await hub.Ann.GivenVersionAsync(x, $"runs:/{run}/model");
        for (var depth = 1; depth <= 10; depth++)
        {
            await hub.Ann.GivenVersionAsync(y, $"models:/{x}/{depth}");
            await hub.Ann.GivenVersionAsync(x, $"models:/{y}/{depth}");
        }

        Assert.Equal(404, itself.Status);
        Assert.Equal([7], await hub.Ann.GetByteArrayAsync($"/model-versions/get-artifact?name={x}&version=11&path=a.bin"));
    }

    private List<string> Files() =>
        [.. Directory.EnumerateFiles(hub.DataDirectory, "*", SearchOption.AllDirectories).Where(f => !Path.GetFileName(f).StartsWith("mlhub.db", StringComparison.Ordinal))];
}
