using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Adapters.Databases;
using MlHub.Testing.Databases;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;
using MlHub.Tracking.Search;

namespace MlHub.Core.Tests.Access;

/// <summary>What is given on a folder holds for every experiment below it, now and later, and nowhere else.</summary>
public sealed class FolderGrantTests
{
    private static readonly RunLog Anything = new([new Metric("loss", 1, 1, 1)], [new("lr", "0.1")], [new("team", "vision")]);

    [Fact]
    public void Names_have_folders_before_their_slashes()
    {
        Assert.Equal(["a", "a/b"], FolderPath.Above("a/b/c"));
        Assert.Equal(["/Users", "/Users/ann"], FolderPath.Above("/Users/ann/churn"));
        Assert.Equal(["a"], FolderPath.Above("a//b"));
        Assert.Empty(FolderPath.Above("plain"));
        Assert.Equal("c", FolderPath.Last("a/b/c"));
        Assert.Equal("a/b", FolderPath.Parse("a/b/"));
        Assert.Throws<HubException>(() => FolderPath.Parse("/"));
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task A_grant_opens_all_that_lies_below_now_and_later(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (mia, max) = (await database.GivenUserAsync("mia"), await database.GivenUserAsync("max"));
        await database.GivenGroupAsync("visionaries", max);
        var experiments = new Experiments(database.Hub, TimeProvider.System);
        var before = await experiments.CreateAsync(GivenPeople.Admin, "team/vision/old", null, [], default);
        var near = await experiments.CreateAsync(GivenPeople.Admin, "team/visions", null, [], default);
        var upper = await experiments.CreateAsync(GivenPeople.Admin, "TEAM/VISION/loud", null, [], default);
        await GiveAsync(database, "team/vision", new(PrincipalKind.User, "mia"), Permission.Read);
        await GiveAsync(database, "team", new(PrincipalKind.Group, "visionaries"), Permission.Edit);
        var after = await experiments.CreateAsync(GivenPeople.Admin, "team/vision/deep/new", null, [], default);

        await using var db = database.Hub.Open();
        Assert.Equal([before.Id, after.Id], await ReadableAsync(db, mia));
        Assert.Equal([before.Id, near.Id, after.Id], await ReadableAsync(db, max));
        Assert.Equal((Permission.Read, Permission.Edit), (await db.PermissionAsync(mia, after.Id, default), await db.PermissionAsync(max, after.Id, default)));
        Assert.Equal(HubError.NotFound, await RefusalAsync(() => db.ExperimentAsync(mia, upper.Id, Permission.Read, default)));
        Assert.Equal(HubError.Denied, await RefusalAsync(() => db.ExperimentAsync(mia, before.Id, Permission.Edit, default)));
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task The_highest_of_all_grants_counts_also_where_runs_log(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (mia, max) = (await database.GivenUserAsync("mia"), await database.GivenUserAsync("max"));
        await database.GivenGroupAsync("editors", max);
        var experiment = await new Experiments(database.Hub, TimeProvider.System).CreateAsync(GivenPeople.Admin, "team/churn", null, [], default);
        var run = await database.GivenRunAsync(experiment.Id);
        await GiveAsync(database, "team", new(PrincipalKind.User, "mia"), Permission.Read);
        await GiveAsync(database, "team", new(PrincipalKind.Group, "editors"), Permission.Edit);

        Assert.Equal(HubError.Denied, await RefusalAsync(() => database.Logs.AppendAsync(mia, run.RunId, Anything, default)));
        await database.Logs.AppendAsync(max, run.RunId, Anything, default);
        await new ExperimentSharing(database.Hub, TimeProvider.System).SetAsync(GivenPeople.Admin, experiment.Id, "mia", Permission.Manage, default);
        await database.Logs.AppendAsync(mia, run.RunId, Anything, default);

        Assert.Equal(Permission.Manage, (await new ExperimentSearches(database.Hub).GetAsync(mia, experiment.Id, default)).Permission);
        Assert.Single(await database.HistoryAsync(run, "loss"));
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Taking_the_last_grant_away_closes_the_folder_again(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var mia = await database.GivenUserAsync("mia");
        await new Experiments(database.Hub, TimeProvider.System).CreateAsync(GivenPeople.Admin, "team/churn", null, [], default);
        await GiveAsync(database, "team", new(PrincipalKind.User, "mia"), Permission.Manage);
        await GiveAsync(database, "team", new(PrincipalKind.User, "mia"), Permission.None);

        await using var db = database.Hub.Open();
        Assert.Empty(await ReadableAsync(db, mia));
        Assert.Equal((0, 0, 0), (await db.Folders.CountAsync(), await db.ExperimentFolders.CountAsync(), await db.FolderGrants.CountAsync()));
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Only_who_manages_a_folder_gives_on_it_or_below(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (chief, editor, stranger) = (await database.GivenUserAsync("chief"), await database.GivenUserAsync("ed"), await database.GivenUserAsync("sam"));
        await GiveAsync(database, "team", new(PrincipalKind.User, "chief"), Permission.Manage);
        await GiveAsync(database, "team", new(PrincipalKind.User, "ed"), Permission.Edit);
        var sharing = new FolderSharing(database.Hub, TimeProvider.System);
        Share<Permission>[] toSam = [new(new(PrincipalKind.User, "sam"), Permission.Read)];

        await sharing.ChangeAsync(chief, "team/below", toSam, replace: false, default);

        Assert.Equal(HubError.Denied, await RefusalAsync(() => sharing.ChangeAsync(editor, "team", toSam, replace: false, default)));
        Assert.Equal(HubError.NotFound, await RefusalAsync(() => sharing.ChangeAsync(stranger, "team", toSam, replace: false, default)));
        Assert.Equal(HubError.NotFound, await RefusalAsync(() => sharing.ListAsync(chief, "teams", default)));
        var shares = await sharing.ListAsync(chief, "team/below", default);
        Assert.Equal([("sam", null), ("chief", "/directories/team"), ("ed", "/directories/team")], shares.Select(s => (s.Who.Name, s.InheritedFrom)));
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task To_put_an_experiment_into_a_shared_folder_one_needs_EDIT_on_it(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (editor, reader) = (await database.GivenUserAsync("ed"), await database.GivenUserAsync("rita"));
        await GiveAsync(database, "team", new(PrincipalKind.User, "ed"), Permission.Edit);
        await GiveAsync(database, "team", new(PrincipalKind.User, "rita"), Permission.Read);
        var experiments = new Experiments(database.Hub, TimeProvider.System);

        var made = await experiments.CreateAsync(editor, "team/made", null, [], default);
        var own = await experiments.CreateAsync(reader, "own", null, [], default);

        Assert.Equal(HubError.Denied, await RefusalAsync(() => experiments.CreateAsync(reader, "team/mine", null, [], default)));
        Assert.Equal(HubError.Denied, await RefusalAsync(() => experiments.RenameAsync(reader, own.Id, "team/own", default)));
        await experiments.RenameAsync(reader, own.Id, "elsewhere/own", default);
        await using var db = database.Hub.Open();
        Assert.Equal((Permission.Manage, Permission.Read), (await db.PermissionAsync(editor, made.Id, default), await db.PermissionAsync(reader, made.Id, default)));
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Renaming_into_or_out_of_a_shared_folder_needs_MANAGE_and_moves_what_is_inherited(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (chief, editor, mia) = (await database.GivenUserAsync("chief"), await database.GivenUserAsync("ed"), await database.GivenUserAsync("mia"));
        await GiveAsync(database, "team", new(PrincipalKind.User, "chief"), Permission.Manage);
        await GiveAsync(database, "team", new(PrincipalKind.User, "ed"), Permission.Edit);
        await GiveAsync(database, "other", new(PrincipalKind.User, "mia"), Permission.Read);
        await GiveAsync(database, "other", new(PrincipalKind.User, "chief"), Permission.Edit);
        var experiments = new Experiments(database.Hub, TimeProvider.System);
        var experiment = await experiments.CreateAsync(GivenPeople.Admin, "team/churn", null, [], default);

        Assert.Equal(HubError.Denied, await RefusalAsync(() => experiments.RenameAsync(editor, experiment.Id, "churn", default)));
        await experiments.RenameAsync(editor, experiment.Id, "team/below/churn", default);
        await experiments.RenameAsync(chief, experiment.Id, "other/churn", default);

        await using var db = database.Hub.Open();
        Assert.Equal(
            (Permission.Manage, Permission.None, Permission.Read),
            (await db.PermissionAsync(chief, experiment.Id, default), await db.PermissionAsync(editor, experiment.Id, default), await db.PermissionAsync(mia, experiment.Id, default)));
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task A_level_of_folders_counts_only_what_one_may_read(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var mia = await database.GivenUserAsync("mia");
        var experiments = new Experiments(database.Hub, TimeProvider.System);
        foreach (var name in (string[])["team/a", "team/b/c", "team/b/d", "Team/e", "alone"])
        {
            await experiments.CreateAsync(GivenPeople.Admin, name, null, [], default);
        }

        await GiveAsync(database, "team/b", new(PrincipalKind.User, "mia"), Permission.Read);
        var searches = new ExperimentSearches(database.Hub);

        var all = await searches.InFolderAsync(GivenPeople.Admin, "team", default);
        var hers = await searches.InFolderAsync(mia, null, default);

        Assert.Equal([new("team/b", 2)], all.Folders);
        Assert.Equal(["team/a"], all.Experiments.Select(e => e.Experiment.Name));
        Assert.Equal([new("team", 2)], hers.Folders);
        Assert.Empty(hers.Experiments);
        Assert.Equal(2, (await searches.SummariesAsync(mia, null, ViewType.ActiveOnly, default, "team")).Count);
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Inherited_rights_are_explained_by_their_folder(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var mia = await database.GivenUserAsync("mia");
        await database.GivenGroupAsync("readers", mia);
        var experiment = await new Experiments(database.Hub, TimeProvider.System).CreateAsync(GivenPeople.Admin, "team/churn", null, [], default);
        await GiveAsync(database, "team", new(PrincipalKind.Group, "readers"), Permission.Edit);

        var rights = await new EffectiveRights(database.Hub).OnExperimentAsync(GivenPeople.Admin, "mia", experiment.Id, default);
        var shares = await new ExperimentSharing(database.Hub, TimeProvider.System).ListAsync(GivenPeople.Admin, experiment.Id, default);

        Assert.Equal(["grant of group readers on folder team"], rights.Sources.Select(s => s.Text));
        Assert.Equal(RegistryPermission.Edit, rights.Level);
        Assert.Equal([("readers", Permission.Edit, "/directories/team")], shares.Select(s => (s.Who.Name, s.Level, s.InheritedFrom)));
    }

    private static Task<List<long>> ReadableAsync(HubDb db, Caller caller) => db.Experiments.ReadableBy(db, caller).Select(e => e.Id).Order().ToListAsync();

    private static Task GiveAsync(TestDatabase database, string folder, Principal who, Permission permission) =>
        new FolderSharing(database.Hub, TimeProvider.System).ChangeAsync(GivenPeople.Admin, folder, [new(who, permission)], replace: false, default);

    private static async Task<HubError> RefusalAsync(Func<Task> act) => (await Assert.ThrowsAsync<HubException>(act)).Error;
}
