using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MlHub.Web.Tests.Artifacts;

/// <summary>
/// Paths out of the store, through every route and over a bare socket, since HTTP clients tidy them up. A file that
/// lies outside of the store must be neither read, changed nor removed.
/// </summary>
public sealed class PathAttackTests(PortHub hub) : IClassFixture<PortHub>
{
    private const string Canary = "canary-bytes-that-nobody-may-see";

    /// <summary>By the row of <see cref="AttackTable"/>.</summary>
    private static readonly Dictionary<int, string[]> Rows = new()
    {
        [1] = ["../../../../etc/passwd", "..", "../canary.txt", "../../canary.txt", "a/../../canary.txt", "a/..", "./../canary.txt", "././a", "a/./b", "a/."],
        [2] = ["/etc/passwd", "//etc/passwd", "C:\\Windows\\win.ini", "C:/Windows/win.ini", "c:x", "\\\\host\\share", "\\etc\\passwd", "..\\canary.txt", "a\\..\\..\\b"],
        [3] = ["file:///etc/passwd", "file:/etc/passwd", "http://host/x", "a%3a%2f%2fb"],
        [9] = ["a?/a", "a%3f/a", "a%3fb", "a%23b", "a%23/../../etc/passwd"],
        [10] = ["..;/x", "a;b", "a%3Bb", "a;/../../b"],
        [12] = ["%2e%2e/canary.txt", "%2e%2e%2fcanary.txt", "..%2f..%2fcanary.txt", ".%2e/x", "%2e./x", "a/%2e%2e/%2e%2e/%2e%2e/canary.txt", "a%00b", "x%00"],
        [15] = ["../../.bashrc", "../site-packages/x.py", "../appsettings.json", "~/../x%2f..", "../keys/key.xml", "../mlhub.db"],
        [19] =
        [
            "%252E%252E%252Fcanary.txt", "%25252e%25252e/x", "%2525252e%2525252e/x", "%2525252525252e%2525252525252e/x", "..%5ccanary.txt", "..%255ccanary.txt",
            "%c0%ae%c0%ae/canary.txt", "%c0%ae%c0%ae%c0%afcanary.txt", "%e0%80%ae%e0%80%ae/x", "．．／canary.txt", "%EF%BC%8E%EF%BC%8E%EF%BC%8Fx", "‥/x", "%E2%80%A5/x", "%uff0e%uff0e/x",
        ],
        [20] = ["..%2f..%2ftmp%2fpwn", "/etc/x", "//etc/x"],
        [21] =
        [
            "C:../x", "\\\\?\\UNC/x", "/etc/passwd%00.jpg", "%2%0952e%2%0952e/x", "%2\t52e", "..%09/x", "a%0ab", "a%0d%0ab", "a%20/b", " /b", "b/ ", "a%7f", "a%c2%85b",
            "....//....//canary.txt", "..././..././x",
        ],
        [28] = ["a//b", "a/", "a/b/"],
    };

    public static TheoryData<int, string> Bad => new(Rows.SelectMany(r => r.Value.Select(path => (r.Key, path))));

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task A_path_out_of_the_store_is_refused_on_every_route(int row, string path)
    {
        Assert.Contains(row, AttackTable.Rows.Keys);
        var (experiment, run) = await hub.GivenRunAsync();
        await hub.Ann.UploadAsync(experiment, run, "a/kept.txt", [1]);
        var model = await GivenVersionAsync(run);
        var before = await GivenCanariesAsync();
        var sent = OnTheWire(path);
        // Where a route's address holds the path, what follows a question mark is no part of it.
        var proxied = OnTheWire($"{experiment}/{run}/artifacts/{path.Replace("?", "%3f", StringComparison.Ordinal)}");
        const string store = "/api/2.0/mlflow-artifacts";
        var pwned = Encoding.ASCII.GetBytes("pwned");
        var body = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { run_id = run, path = Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(sent)) }));

        Answer[] answers =
        [
            await AskAsync("GET", $"/get-artifact?run_uuid={run}&path={sent}"),
            await AskAsync("GET", $"/api/2.0/mlflow/artifacts/list?run_id={run}&path={sent}"),
            await AskAsync("GET", $"{store}/artifacts?path={OnTheWire($"{experiment}/{run}/artifacts/{path}")}"),
            await AskAsync("POST", $"/ajax-api/2.0/mlflow/upload-artifact?run_uuid={run}&path={sent}", pwned),
            await AskAsync("GET", $"/model-versions/get-artifact?name={model}&version=1&path={sent}"),
            await AskAsync("POST", "/api/2.0/mlflow/artifacts/presigned-upload-url", body),
            await AskAsync("POST", "/api/2.0/mlflow/artifacts/presigned-download-url", body),
            await AskAsync("GET", $"{store}/artifacts/{proxied}"),
            await AskAsync("HEAD", $"{store}/artifacts/{proxied}"),
            await AskAsync("PUT", $"{store}/artifacts/{proxied}", pwned),
            await AskAsync("DELETE", $"{store}/artifacts/{proxied}"),
            await AskAsync("PUT", $"{store}/artifacts/{sent}", pwned),
            await AskAsync("GET", $"{store}/presigned/{proxied}"),
            await AskAsync("POST", $"{store}/mpu/create/{proxied}/deep", Encoding.ASCII.GetBytes("""{"path":"pwned","num_parts":1}""")),
            await AskAsync("DELETE", $"/AJAX-API/2.0/mlflow-artifacts/artifacts/{proxied}"),
            await AskAsync("PUT", $"/API/2.0/mlflow%2Dartifacts/artifacts/{proxied}", pwned),
        ];

        Assert.All(answers, answer =>
        {
            Assert.InRange(answer.Status, 400, 499);
            Assert.DoesNotContain("root:", answer.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(Canary, answer.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(hub.DataDirectory, answer.Text, StringComparison.Ordinal);
        });
        Assert.All(answers[..7], answer => Assert.True(answer is { Status: 400, Code: "INVALID_PARAMETER_VALUE" } || IsRefusedByTheServerItself(path, answer), $"{answer.Status} {answer.Text}"));
        Assert.Equal(before, Snapshot());
        Assert.Equal(["a/kept.txt"], await PathsAsync(run));
    }

    [Theory]
    [InlineData(255, 200)]
    [InlineData(256, 400)]
    public async Task A_name_may_have_255_bytes(int length, int status)
    {
        var (experiment, run) = await hub.GivenRunAsync();

        var answer = await AskAsync("PUT", $"/api/2.0/mlflow-artifacts/artifacts/{experiment}/{run}/artifacts/{new string('n', length)}", [1]);

        Assert.Equal(status, answer.Status);
    }

    [Theory]
    [InlineData(400, 200)]
    [InlineData(401, 400)]
    [InlineData(4097, 400)]
    public async Task A_path_has_a_longest_length(int length, int status)
    {
        var (experiment, run) = await hub.GivenRunAsync();
        var path = string.Concat(Enumerable.Repeat("folder/", 1000))[..(length - 1)].Replace("//", "/x", StringComparison.Ordinal).TrimEnd('/').PadRight(length, 'n');

        var answer = await AskAsync("PUT", $"/api/2.0/mlflow-artifacts/artifacts/{experiment}/{run}/artifacts/{path}", [1]);

        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 200 ? [path] : [], await PathsAsync(run));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("0/run")]
    [InlineData("0/RUN/models/a")]
    [InlineData("registered-models/a")]
    public async Task A_path_beside_the_files_of_runs_and_models_is_refused(string path)
    {
        var (_, run) = await hub.GivenRunAsync();

        var answer = await AskAsync("PUT", $"/api/2.0/mlflow-artifacts/artifacts/{path.Replace("RUN", run, StringComparison.Ordinal)}", [1]);

        Assert.InRange(answer.Status, 400, 405);
        Assert.Empty(await PathsAsync(run));
    }

    [Fact]
    public async Task The_whole_address_in_the_request_line_changes_nothing()
    {
        var (experiment, run) = await hub.GivenRunAsync();

        var good = await AskAsync("PUT", $"{hub.Address}api/2.0/mlflow-artifacts/artifacts/{experiment}/{run}/artifacts/whole.txt", [1]);
        var bad = await AskAsync("PUT", $"{hub.Address}api/2.0/mlflow-artifacts/artifacts/{experiment}/{run}/artifacts/..%2fx", [1]);

        Assert.Equal((200, 400), (good.Status, bad.Status));
        Assert.Equal(["whole.txt"], await PathsAsync(run));
    }

    /// <summary>A request line holds no letters beyond ASCII: Kestrel refuses it before MlHub sees it.</summary>
    private static bool IsRefusedByTheServerItself(string path, Answer answer) => !Ascii.IsValid(path) && answer is { Status: 400, Text: "" };

    private static string OnTheWire(string path) =>
        Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(path)).Replace(" ", "%20", StringComparison.Ordinal).Replace("\t", "%09", StringComparison.Ordinal);

    private async Task<string> GivenVersionAsync(string run)
    {
        var model = $"m-{Guid.NewGuid():N}";
        await hub.Ann.CallAsync("/registered-models/create", new { name = model });
        await hub.Ann.CallAsync("/model-versions/create", new { name = model, source = $"runs:/{run}/a" });
        return model;
    }

    private Task<Answer> AskAsync(string method, string target, byte[]? body = null) => RawHttp.AskAsync(hub.Address, method, target, hub.AnnsToken, body);

    private async Task<List<string>> PathsAsync(string run)
    {
        await using var db = hub.Open();
        return [.. db.ArtifactFiles.Where(f => db.Runs.Any(r => r.Key == f.RunKey && r.RunId == run)).Select(f => f.Path)];
    }

    /// <summary>Files beside and above the store that must stay as they are.</summary>
    private async Task<string> GivenCanariesAsync()
    {
        foreach (var folder in new[] { hub.DataDirectory, Path.Combine(hub.DataDirectory, "artifacts"), Path.Combine(hub.DataDirectory, "keys") })
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "canary.txt"), Canary);
        }

        return Snapshot();
    }

    /// <summary>Every file of the data directory that is no database, with the hash of its bytes.</summary>
    private string Snapshot() => string.Join('\n', Directory.EnumerateFiles(hub.DataDirectory, "*", SearchOption.AllDirectories)
        .Where(f => !Path.GetFileName(f).StartsWith("mlhub.db", StringComparison.Ordinal) && Path.GetFileName(f) != "lock").Order(StringComparer.Ordinal)
        .Select(f => $"{f} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f)))}"));
}
