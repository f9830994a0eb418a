using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MlHub.Adapters.Databases;
using MlHub.Artifacts;
using MlHub.Events;
using MlHub.Registry;
using MlHub.Reviews;
using MlHub.Testing.Blobs;
using MlHub.Testing.Databases;

namespace MlHub.Core.Tests.Reviews;

/// <summary>What MlHub looks at by itself once somebody asks for a stage.</summary>
public sealed class BuiltInCheckTests : IAsyncLifetime
{
    private const string Signature = """
        saved_input_example_info:
          artifact_path: input_example.json
        signature:
          inputs: '[{"type": "double", "name": "area", "required": true}]'
          outputs: '[{"type": "double", "name": "price", "required": true}]'
        """;

    private readonly TestBlobStore _blobs = TestBlobStore.Create(BlobStoreKind.Disk);
    private readonly List<BuiltInCheckWorker> _workers = [];
    private ReviewScene _scene = null!;

    public async ValueTask InitializeAsync() => _scene = await ReviewScene.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers)
        {
            await worker.StopAsync(default);
            worker.Dispose();
        }

        await _scene.DisposeAsync();
        await _blobs.DisposeAsync();
    }

    [Fact]
    public async Task A_request_asks_for_all_of_them_and_they_wait_for_whoever_runs_them()
    {
        await _scene.GivenRequestAsync();

        Assert.Equal(BuiltInChecks.Always.Select(n => (n, CheckState.Pending)), await StatesAsync());
    }

    [Fact]
    public async Task A_wish_to_archive_needs_none()
    {
        await _scene.GivenRequestAsync(Stage.Archived);

        Assert.Empty(await StatesAsync());
    }

    [Fact]
    public async Task What_waited_while_no_hub_ran_is_done_when_one_starts()
    {
        await GivenFilesAsync(1, Signature);
        await GivenFilesAsync(2, Signature);
        await _scene.GivenRequestAsync();

        await StartAsync();

        await Eventually.TrueAsync(async () => (await StatesAsync()).TrueForAll(c => c.State == CheckState.Passed));
        var checks = await _scene.Checks.ListAsync(_scene.Ann, ReviewScene.New, default);
        Assert.Equal(
            ["2 files as when registered", "No metrics in common with version 1 in Production", "Same schema as version 1 in Production", "Signature and input example are there"],
            checks.Select(c => c.Summary));
    }

    [Fact]
    public async Task Several_nodes_report_each_check_once()
    {
        await GivenFilesAsync(2, Signature);
        await StartAsync();
        await StartAsync();

        await _scene.GivenRequestAsync();
        await Eventually.TrueAsync(async () => (await StatesAsync()).TrueForAll(c => c.State != CheckState.Pending));

        Assert.Equal(4, (await _scene.HistoryAsync()).Count(k => k == EventKinds.CheckReported));
    }

    [Fact]
    public async Task An_input_that_callers_do_not_send_yet_fails_the_schema()
    {
        await GivenFilesAsync(1, Signature);
        await GivenFilesAsync(2, Signature.Replace("""inputs: '[""", """inputs: '[{"type": "long", "name": "rooms|<b>", "required": true}, """, StringComparison.Ordinal));
        await StartAsync();

        await _scene.GivenRequestAsync();

        var schema = await DoneAsync(BuiltInChecks.Schema);
        Assert.Equal((CheckState.Failed, "1 field would break callers of version 1 in Production"), (schema.State, schema.Summary));
        Assert.Contains("""| Inputs | rooms\|\<b> | – | long |""", schema.Details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_are_not_what_was_registered_fail_the_integrity()
    {
        await GivenFilesAsync(2, Signature, damaged: true);
        await StartAsync();

        await _scene.GivenRequestAsync();

        var integrity = await DoneAsync(BuiltInChecks.Integrity);
        Assert.Equal((CheckState.Failed, "1 of 2 files damaged or missing"), (integrity.State, integrity.Summary));
        Assert.Contains("model.onnx", integrity.Details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_signature_and_example_the_version_does_not_tell_how_to_use_it()
    {
        await GivenFilesAsync(2, "");
        await StartAsync();

        await _scene.GivenRequestAsync();

        Assert.Equal((CheckState.Failed, "Neither signature nor input example"), await DoneAsync(BuiltInChecks.Signature) is var check ? (check.State, check.Summary) : default);
    }

    [Fact]
    public async Task When_another_version_takes_the_stage_those_who_wait_are_compared_again()
    {
        await GivenFilesAsync(1, Signature.Replace("area", "surface", StringComparison.Ordinal));
        await GivenFilesAsync(2, Signature);
        await StartAsync();
        await _scene.GivenRequestAsync();
        Assert.Equal(CheckState.Failed, (await DoneAsync(BuiltInChecks.Schema)).State);

        _scene.Clock.Advance(TimeSpan.FromSeconds(1));
        await _scene.Transitions.MoveAsync(_scene.Mia, ReviewScene.Old, Stage.Archived, false, null, null, default);

        await Eventually.TrueAsync(async () => (await DoneAsync(BuiltInChecks.Schema)).Summary == "No version is in Production to compare with");
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task A_rerun_looks_again(DatabaseProvider provider)
    {
        await using var scene = await ReviewScene.CreateAsync(provider);
        using var worker = Worker(scene);
        await worker.StartAsync(default);

        var asked = await scene.Checks.RerunAsync(scene.Ann, ReviewScene.New, default);
        await Eventually.TrueAsync(async () => (await scene.Checks.ListAsync(scene.Ann, ReviewScene.New, default)).TrueForAll(c => c.State != CheckState.Pending));

        Assert.All(asked, c => Assert.Equal(CheckState.Pending, c.State));
        Assert.Equal(8, (await scene.HistoryAsync()).Count(k => k == EventKinds.CheckReported));
        await worker.StopAsync(default);
    }

    private async Task StartAsync()
    {
        var worker = Worker(_scene);
        _workers.Add(worker);
        await worker.StartAsync(default);
    }

    private BuiltInCheckWorker Worker(ReviewScene scene) => new(
        scene.Database.Hub, new(scene.Database.Hub, new(scene.Database.Hub, _blobs.Store, scene.Clock, NullLogger<CheckedBlobs>.Instance)), _blobs.Store, scene.Database.Services.GetRequiredService<EventSignal>(), scene.Clock, NullLogger<BuiltInCheckWorker>.Instance);

    private async Task<List<(string Name, CheckState State)>> StatesAsync() =>
        [.. (await _scene.Checks.ListAsync(_scene.Ann, ReviewScene.New, default)).Select(c => (c.Name, c.State))];

    private async Task<Check> DoneAsync(string name)
    {
        Check? check = null;
        await Eventually.TrueAsync(async () =>
        {
            check = (await _scene.Checks.ListAsync(_scene.Ann, ReviewScene.New, default)).Find(c => c.Name == name);
            return check is { State: not CheckState.Pending };
        });
        return check!;
    }

    private async Task GivenFilesAsync(int version, string signature, bool damaged = false)
    {
        var mlmodel = await _blobs.Store.SaveAsync(new MemoryStream(Encoding.UTF8.GetBytes($"flavors:\n  onnx:\n    data: model.onnx\n{signature}\n")), default);
        var onnx = await _blobs.Store.SaveAsync(new MemoryStream([1, 2, 3]), default);
        await _scene.Database.Hub.WriteAsync(
            async db =>
            {
                var id = await db.ModelVersions.Where(v => v.Number == version).Select(v => v.Id).SingleAsync();
                db.Add(new ModelVersionFile { VersionId = id, Path = "MLmodel", Digest = mlmodel.Digest, Size = mlmodel.Size });
                db.Add(new ModelVersionFile { VersionId = id, Path = "model.onnx", Digest = damaged ? new string('0', 64) : onnx.Digest, Size = onnx.Size });
            },
            default);
    }
}
