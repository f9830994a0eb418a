using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Adapters.Databases;
using MlHub.Artifacts;
using MlHub.Core.Tests.Access;
using MlHub.Testing.Databases;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;
using MlHub.Tracking.Search;

namespace MlHub.Core.Tests.Tracking;

public sealed class RunTransferTests
{
    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task A_moved_run_takes_all_along_and_is_found_by_its_metrics_where_it_went(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (source, target) = (await database.GivenExperimentAsync(), await database.GivenExperimentAsync());
        var run = await GivenFullRunAsync(database, source.Id);
        await using var db = database.Hub.Open();

        await Transfers(database).MoveAsync(GivenPeople.Admin, [run.RunId], target.Id, withChildren: false, default);

        var searches = new RunSearches(database.Hub);
        RunSearch In(long id) => new([id], "metrics.loss > 1 and dataset.name = 'sales'", ViewType.ActiveOnly, null, ["metrics.loss DESC"], null);
        Assert.Empty((await searches.SearchAsync(GivenPeople.Admin, In(source.Id), default)).Items);
        var found = Assert.Single((await searches.SearchAsync(GivenPeople.Admin, In(target.Id), default)).Items);
        Assert.Equal((run.RunId, target.Id), (found.Run.RunId, found.Run.ExperimentId));
        Assert.Equal(target.Id, Assert.Single(found.Details.Inputs).Dataset.ExperimentId);
        Assert.Equal(1, await db.ArtifactFiles.CountAsync(f => f.RunKey == run.Key));
        Assert.Equal(2, await db.Events.CountAsync(e => e.Kind == "run.moved" && e.Subject == run.RunId));
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task A_copy_has_all_that_was_logged_and_names_its_origin(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (source, target) = (await database.GivenExperimentAsync(), await database.GivenExperimentAsync());
        var run = await GivenFullRunAsync(database, source.Id);
        await database.Logs.AppendAsync(GivenPeople.Admin, run.RunId, new([new("odd", double.NaN, 1, 1), new("odd", double.PositiveInfinity, 2, 2)], [], []), default);

        var copyId = Assert.Single(await Transfers(database).CopyAsync(GivenPeople.Admin, [run.RunId], target.Id, withChildren: false, default)).Value;

        var searches = new RunSearches(database.Hub);
        var (original, copy) = (await searches.GetAsync(GivenPeople.Admin, run.RunId, default), await searches.GetAsync(GivenPeople.Admin, copyId, default));
        Assert.Equal(source.Id, original.Run.ExperimentId);
        Assert.Equal((target.Id, original.Run.Status, original.Run.StartTime), (copy.Run.ExperimentId, copy.Run.Status, copy.Run.StartTime));
        Assert.Equal(original.Details.Params, copy.Details.Params);
        Assert.Equal(original.Details.Metrics.Select(m => (m.Key, m.Value, m.Step, m.Points)), copy.Details.Metrics.Select(m => (m.Key, m.Value, m.Step, m.Points)));
        Assert.Equal(original.Details.Tags.Append(new("mlhub.copiedFrom", run.RunId)).Order(ByKey), copy.Details.Tags.Order(ByKey));
        Assert.Equal(await database.HistoryAsync(run, "odd"), await database.HistoryAsync(copy.Run, "odd"));
        await using var db = database.Hub.Open();
        Assert.Equal([new('0', 64)], await db.ArtifactFiles.Where(f => f.RunKey == copy.Run.Key).Select(f => f.Digest).ToListAsync());
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Children_come_along_by_choice_and_copies_know_their_copied_parent(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (source, target) = (await database.GivenExperimentAsync(), await database.GivenExperimentAsync());
        var parent = await database.GivenRunAsync(source.Id);
        var child = await GivenChildAsync(database, parent);
        var grandchild = await GivenChildAsync(database, child);

        var copies = (await Transfers(database).CopyAsync(GivenPeople.Admin, [parent.RunId], target.Id, withChildren: true, default)).ToDictionary();
        await Transfers(database).MoveAsync(GivenPeople.Admin, [parent.RunId], target.Id, withChildren: false, default);

        var families = new RunFamilies(database.Hub);
        var copied = await families.OfAsync(GivenPeople.Admin, copies[child.RunId], default);
        Assert.Equal((copies[parent.RunId], copies[grandchild.RunId]), (copied.Parent!.RunId, Assert.Single(copied.Children).RunId));
        var left = await families.OfAsync(GivenPeople.Admin, child.RunId, default);
        Assert.Equal((parent.RunId, target.Id), (left.Parent!.RunId, left.Parent.ExperimentId));
        await Transfers(database).MoveAsync(GivenPeople.Admin, [child.RunId], target.Id, withChildren: true, default);
        await using var db = database.Hub.Open();
        Assert.Equal(6, await db.Runs.CountAsync(r => r.ExperimentId == target.Id));
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Moving_needs_MANAGE_where_the_run_is_and_either_needs_EDIT_where_it_goes(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (source, target) = (await database.GivenExperimentAsync(), await database.GivenExperimentAsync());
        var run = await database.GivenRunAsync(source.Id);
        var sharing = new ExperimentSharing(database.Hub, TimeProvider.System);
        var (editor, reader, stranger) = (await database.GivenPersonAsync("ed", source.Id, Permission.Edit), await database.GivenPersonAsync("rita", source.Id, Permission.Read), await database.GivenUserAsync("sam"));
        await sharing.SetAsync(GivenPeople.Admin, target.Id, "ed", Permission.Edit, default);
        await sharing.SetAsync(GivenPeople.Admin, target.Id, "rita", Permission.Read, default);
        await sharing.SetAsync(GivenPeople.Admin, target.Id, "sam", Permission.Edit, default);
        var transfers = Transfers(database);

        Assert.Equal(HubError.Denied, await RefusalAsync(() => transfers.MoveAsync(editor, [run.RunId], target.Id, false, default)));
        Assert.Equal(HubError.Denied, await RefusalAsync(() => transfers.CopyAsync(reader, [run.RunId], target.Id, false, default)));
        Assert.Equal(HubError.NotFound, await RefusalAsync(() => transfers.CopyAsync(stranger, [run.RunId], target.Id, false, default)));
        Assert.Single(await transfers.CopyAsync(editor, [run.RunId], target.Id, false, default));
        await sharing.SetAsync(GivenPeople.Admin, source.Id, "ed", Permission.Manage, default);
        await transfers.MoveAsync(editor, [run.RunId], target.Id, false, default);
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task What_is_deleted_or_keeps_its_artifacts_elsewhere_stays(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var experiments = new Experiments(database.Hub, TimeProvider.System);
        var (cloud, target) = (await experiments.CreateAsync(GivenPeople.Admin, "cloud", "s3://bucket/here", [], default), await database.GivenExperimentAsync());
        var (foreign, deleted) = (await database.GivenRunAsync(cloud.Id), await database.GivenRunAsync());
        await new Runs(database.Hub, TimeProvider.System).DeleteAsync(GivenPeople.Admin, deleted.RunId, default);
        var transfers = Transfers(database);

        Assert.Equal(HubError.Invalid, await RefusalAsync(() => transfers.MoveAsync(GivenPeople.Admin, [foreign.RunId], target.Id, false, default)));
        Assert.Equal(HubError.Invalid, await RefusalAsync(() => transfers.CopyAsync(GivenPeople.Admin, [deleted.RunId], target.Id, false, default)));
        var sound = await database.GivenRunAsync();
        await experiments.DeleteAsync(GivenPeople.Admin, target.Id, default);
        Assert.Equal(HubError.Invalid, await RefusalAsync(() => transfers.MoveAsync(GivenPeople.Admin, [sound.RunId], target.Id, false, default)));
    }

    private static readonly Comparer<KeyValuePair<string, string>> ByKey = Comparer<KeyValuePair<string, string>>.Create((a, b) => string.CompareOrdinal(a.Key, b.Key));

    private static RunTransfers Transfers(TestDatabase database) => new(database.Hub, database.Logs, TimeProvider.System);

    private static async Task<Run> GivenChildAsync(TestDatabase database, Run parent)
    {
        var child = await database.GivenRunAsync(parent.ExperimentId);
        await database.Logs.AppendAsync(GivenPeople.Admin, child.RunId, new([], [], [new(RunFamilies.ParentTag, parent.RunId)]), default);
        return child;
    }

    private static async Task<Run> GivenFullRunAsync(TestDatabase database, long experimentId)
    {
        var run = await database.GivenRunAsync(experimentId);
        await database.Logs.AppendAsync(
            GivenPeople.Admin, run.RunId, new([new("loss", 1, 1, 1), new("loss", 2, 1, 2)], [new("lr", "0.1")], [new("a", "1")]), default);
        await new RunLogs(database.Hub, database.Logs, TimeProvider.System).LogInputsAsync(
            GivenPeople.Admin, run.RunId, [new("sales", "d1", "csv", "s3://x", null, null, new Dictionary<string, string> { ["mlflow.data.context"] = "train" })], [], default);
        await database.Hub.WriteAsync(
            db => Task.FromResult(db.Add(new ArtifactFile { RunKey = run.Key, Path = "m.txt", Digest = new('0', 64), Size = 7, SavedAt = DateTimeOffset.UnixEpoch })), default);
        return run;
    }

    private static async Task<HubError> RefusalAsync(Func<Task> act) => (await Assert.ThrowsAsync<HubException>(act)).Error;
}
