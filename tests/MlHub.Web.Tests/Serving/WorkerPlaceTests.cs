using Microsoft.Extensions.DependencyInjection;
using MlHub.Scoring.Workers;
using MlHub.Serving;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving;

/// <summary>Where a worker runs: as whom, with which files, and what is left of them afterwards.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class WorkerPlaceTests(WorkerPlaceTests.SharedPlace place) : IClassFixture<WorkerPlaceTests.SharedPlace>
{
    private const string Good = """{"inputs": {"a": [[1]], "b": [[2]]}}""";

    [Fact]
    public async Task A_worker_is_nobody_where_the_hub_is_root_and_finds_the_models_files_all_the_same()
    {
        var model = $"m-{Guid.NewGuid():N}";
        byte[] weights = [.. new[] { 1f, 2, 3, 4 }.SelectMany(BitConverter.GetBytes)];
        await place.Ann.GivenOnnxVersionAsync(model, OnnxModels.WeightsIn("weights/w.bin"), more: [("weights/w.bin", weights)]);
        await place.Ann.EnableServingAsync(model);

        var answer = await place.Ann.InvokeAsync(model, "1", """{"inputs": [10, 20, 30, 40]}""");

        Assert.True(answer.Text == """{"predictions":{"y":[11,22,33,44]}}""", answer.Text);
        var process = (int)(await place.Ann.ServedVersionAsync(model))["replicas"]![0]!["process_id"]!;
        var status = await File.ReadAllLinesAsync($"/proc/{process}/status");
        var (sandbox, isNobody) = (place.Hub.Services.GetRequiredService<Sandbox>(), Environment.IsPrivilegedProcess && IsOpenToAll(AppContext.BaseDirectory) && IsOpenToAll(Path.GetDirectoryName(typeof(object).Assembly.Location)!));
        Assert.Equal(isNobody, sandbox.IsNobody);
        Assert.Equal(isNobody, status.Contains("Uid:\t65534\t65534\t65534\t65534"));
        Assert.Equal(isNobody, status.Contains("NoNewPrivs:\t1"));
        var health = await place.Ann.AskAsync(HttpMethod.Get, "/health/ready");
        Assert.Equal(sandbox.IsNobody ? "ok" : sandbox.HasNoNetwork ? "without network" : "not isolated", (string?)health.Json["checks"]!["models"]);
    }

    [Fact]
    public async Task A_worker_has_no_network_writes_no_file_leaves_no_dump_and_knows_nothing_of_the_hubs_environment()
    {
        const string secret = "MLHUB_TEST_OF_SECRETS";
        Environment.SetEnvironmentVariable(secret, "for the hub alone");
        var model = await place.Ann.GivenServedModelAsync(OnnxModels.Sum);
        Assert.Equal(200, (await place.Ann.InvokeAsync(model, "1", Good)).Status);
        var process = (int)(await place.Ann.ServedVersionAsync(model))["replicas"]![0]!["process_id"]!;

        var (own, limits, environment) = ($"/proc/{process}", await File.ReadAllLinesAsync($"/proc/{process}/limits"), await File.ReadAllTextAsync($"/proc/{process}/environ"));

        var sandbox = place.Hub.Services.GetRequiredService<Sandbox>();
        Assert.Equal(sandbox.HasNoNetwork, new FileInfo($"{own}/ns/net").LinkTarget != new FileInfo("/proc/self/ns/net").LinkTarget);
        Assert.True(sandbox.HasNoNetwork || !Environment.IsPrivilegedProcess);
        Assert.Equal(["0", "0"], new[] { "Max file size", "Max core file size" }.Select(l => limits.Single(r => r.StartsWith($"{l} ", StringComparison.Ordinal))[l.Length..].Trim().Split(' ')[0]));
        Assert.DoesNotContain("unlimited", limits.Single(l => l.StartsWith("Max address space", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("PATH=", environment, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, environment, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_files_of_a_model_that_is_not_loaded_any_more_are_removed_and_laid_out_again_when_it_is()
    {
        var (first, second) = (await place.Ann.GivenServedModelAsync(OnnxModels.Sum), await place.Ann.GivenServedModelAsync(OnnxModels.Sum));
        Assert.Equal(200, (await place.Ann.InvokeAsync(first, "1", Good)).Status);
        var folder = Assert.Single(Directory.GetDirectories(place.Folder));
        Assert.True(File.Exists(Path.Combine(folder, "model.onnx")));

        // There is one process: whoever was not asked for longest makes room.
        Assert.Equal(200, (await place.Ann.InvokeAsync(second, "1", Good)).Status);
        Assert.NotEqual(folder, Assert.Single(Directory.GetDirectories(place.Folder)));
        Assert.Equal(200, (await place.Ann.InvokeAsync(first, "1", Good)).Status);
        Assert.Equal(folder, Assert.Single(Directory.GetDirectories(place.Folder)));

        await place.Ann.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/serving/disable", new { name = first });
        await Eventually.TrueAsync(() => Directory.GetDirectories(place.Folder).Length == 0);
    }

    [Fact]
    public async Task A_full_disk_is_told_and_nothing_of_the_model_stays_on_it()
    {
        var folder = Directory.CreateTempSubdirectory("mlhub-full-").FullName;
        using var disk = SmallDisk.MountOrNull(folder, megabytes: 8);
        Assert.SkipWhen(disk is null, "No file system may be mounted here.");
        await using var hub = new TestHub
        {
            Replace = services => services.AddSingleton((ServingSettings)services.Last(s => s.ServiceType == typeof(ServingSettings)).ImplementationInstance! with { Folder = Path.Combine(folder, "serving") }),
        };
        var ann = await hub.ProgramOfAsync("ann");
        var model = await ann.GivenServedModelAsync(OnnxModels.Sum);

        var answer = await ann.InvokeAsync(model, "1", Good);

        Assert.Equal((503, true), (answer.Status, answer.Headers.RetryAfter is not null));
        Assert.Contains("disk has no room", answer.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(Path.Combine(folder, "serving")));
        Assert.Equal("FAILING", (string?)(await ann.ServedVersionAsync(model))["state"]);
    }

    private static bool IsOpenToAll(string folder) => Directory.GetParent(Path.TrimEndingDirectorySeparator(folder)) is not { } parent
        || ((File.GetUnixFileMode(folder) & UnixFileMode.OtherExecute) != 0 && IsOpenToAll(parent.FullName));

    /// <summary>A hub with one worker, whose ONNX Runtime everybody may read.</summary>
    public sealed class SharedPlace : IAsyncLifetime
    {
        private readonly string _runtime = Directory.CreateTempSubdirectory("mlhub-runtime-").FullName;

        public TestHub Hub { get; private set; } = null!;

        public HttpClient Ann { get; private set; } = null!;

        public string Folder => Path.Combine(Hub.DataDirectory, "serving");

        public async ValueTask InitializeAsync()
        {
            string library;
            await using (var any = new TestHub())
            {
                library = any.Services.GetRequiredService<ServingSettings>().Library!;
            }

            var copy = Path.Combine(_runtime, Path.GetFileName(library));
            File.Copy(library, copy);
            File.SetUnixFileMode(_runtime, (UnixFileMode)0b111_101_101);
            Hub = new(("MlHub:Serving:OnnxRuntime", copy), ("MlHub:Serving:Workers", "1"));
            Ann = await Hub.ProgramOfAsync("ann");
        }

        public async ValueTask DisposeAsync()
        {
            await Hub.DisposeAsync();
            Directory.Delete(_runtime, recursive: true);
        }
    }
}
