using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Adapters.Databases;
using MlHub.Testing;
using MlHub.Testing.Databases;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;

namespace MlHub.Core.Tests.Access;

/// <summary>What a group was given counts for each member, on every way to an experiment or model.</summary>
public sealed class GroupGrantTests
{
    private static readonly RunLog Anything = new([new Metric("loss", 1, 1, 1)], [new("lr", "0.1")], [new("team", "vision")]);

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task A_group_opens_an_experiment_to_its_members_only(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var experiment = await database.GivenExperimentAsync();
        var (member, stranger) = (await database.GivenUserAsync("mia"), await database.GivenUserAsync("sam"));
        await database.GivenGroupAsync("readers", member);
        await database.GivenGroupAsync("others", stranger);
        await GiveAsync(database, experiment.Id, "readers", Permission.Read);

        await using var db = database.Hub.Open();
        Assert.Equal([experiment.Id], await db.Experiments.ReadableBy(db, member).Select(e => e.Id).ToListAsync());
        Assert.Empty(await db.Experiments.ReadableBy(db, stranger).ToListAsync());
        Assert.Equal((Permission.Read, Permission.None), (await db.PermissionAsync(member, experiment.Id, default), await db.PermissionAsync(stranger, experiment.Id, default)));
        Assert.Equal(experiment.Id, (await db.ExperimentAsync(member, experiment.Id, Permission.Read, default)).Id);
        Assert.Equal(HubError.Denied, await RefusalAsync(() => db.ExperimentAsync(member, experiment.Id, Permission.Edit, default)));
        Assert.Equal(HubError.NotFound, await RefusalAsync(() => db.ExperimentAsync(stranger, experiment.Id, Permission.Read, default)));
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task The_highest_of_all_grants_counts(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var experiment = await database.GivenExperimentAsync();
        var mia = await database.GivenPersonAsync("mia", experiment.Id, Permission.Edit);
        await database.GivenGroupAsync("readers", mia);
        await database.GivenGroupAsync("owners", mia);
        var searches = new ExperimentSearches(database.Hub);

        await GiveAsync(database, experiment.Id, "readers", Permission.Read);
        var own = (await searches.GetAsync(mia, experiment.Id, default)).Permission;
        await GiveAsync(database, experiment.Id, "owners", Permission.Manage);
        var throughGroup = (await searches.GetAsync(mia, experiment.Id, default)).Permission;

        Assert.Equal((Permission.Edit, Permission.Manage), (own, throughGroup));
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task A_run_takes_logs_from_members_of_a_group_that_may_edit(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var run = await database.GivenRunAsync((await database.GivenExperimentAsync()).Id);
        var (reader, editor, stranger) = (await database.GivenUserAsync("rita"), await database.GivenUserAsync("ed"), await database.GivenUserAsync("sam"));
        await database.GivenGroupAsync("readers", reader, editor);
        await database.GivenGroupAsync("editors", editor);
        await GiveAsync(database, run.ExperimentId, "readers", Permission.Read);
        await GiveAsync(database, run.ExperimentId, "editors", Permission.Edit);

        Assert.Equal(HubError.NotFound, await RefusalAsync(() => database.Logs.AppendAsync(stranger, run.RunId, Anything, default)));
        Assert.Equal(HubError.Denied, await RefusalAsync(() => database.Logs.AppendAsync(reader, run.RunId, Anything, default)));
        await database.Logs.AppendAsync(editor, run.RunId, Anything, default);

        Assert.Single(await database.HistoryAsync(run, "loss"));
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Leaving_a_group_and_deleting_it_take_its_permissions_at_once(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var experiment = await database.GivenExperimentAsync();
        var (mia, max) = (await database.GivenUserAsync("mia"), await database.GivenUserAsync("max"));
        await database.GivenGroupAsync("readers", mia, max);
        await GiveAsync(database, experiment.Id, "readers", Permission.Read);
        var groups = new Groups(database.Hub, TimeProvider.System);
        await using var db = database.Hub.Open();

        await groups.RemoveMemberAsync(GivenPeople.Admin, "readers", "mia", default);
        Assert.Equal((Permission.None, Permission.Read), (await db.PermissionAsync(mia, experiment.Id, default), await db.PermissionAsync(max, experiment.Id, default)));
        await groups.DeleteAsync(GivenPeople.Admin, "READERS", default);

        Assert.Equal(Permission.None, await db.PermissionAsync(max, experiment.Id, default));
        Assert.Equal((0, 0), (await db.ExperimentGroupGrants.CountAsync(), await db.GroupMembers.CountAsync()));
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Grants_on_the_root_reach_every_model_and_the_highest_counts(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (mia, sam) = (await database.GivenUserAsync("mia"), await database.GivenUserAsync("sam"));
        await database.GivenGroupAsync("stagers", mia);
        await using var db = database.Hub.Open();
        var (churn, prices) = (await db.GivenModelAsync("churn"), await db.GivenModelAsync("prices"));
        var sharing = new RegistrySharing(database.Hub, TimeProvider.System);

        await sharing.ChangeAsync(GivenPeople.Admin, RegistrySharing.Root, [new(new(PrincipalKind.User, "mia"), RegistryPermission.Read)], replace: false, default);
        await sharing.ChangeAsync(GivenPeople.Admin, churn.PublicId, [new(new(PrincipalKind.Group, "stagers"), RegistryPermission.ManageStaging)], replace: false, default);

        Assert.Equal(
            (RegistryPermission.ManageStaging, RegistryPermission.Read, RegistryPermission.None),
            (await db.PermissionOnModelAsync(mia, churn.Id, default), await db.PermissionOnModelAsync(mia, prices.Id, default), await db.PermissionOnModelAsync(sam, churn.Id, default)));
        Assert.Equal(2, await db.RegisteredModels.ReadableBy(db, mia).CountAsync());
        Assert.Empty(await db.RegisteredModels.ReadableBy(db, sam).ToListAsync());
    }

    private static Task GiveAsync(TestDatabase database, long experimentId, string group, Permission permission) =>
        new ExperimentSharing(database.Hub, TimeProvider.System)
            .ChangeAsync(GivenPeople.Admin, experimentId, [new(new(PrincipalKind.Group, group), permission)], replace: false, default);

    private static async Task<HubError> RefusalAsync(Func<Task> act) => (await Assert.ThrowsAsync<HubException>(act)).Error;
}
