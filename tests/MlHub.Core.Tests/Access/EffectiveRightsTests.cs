using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Adapters.Databases;
using MlHub.Testing;
using MlHub.Testing.Databases;

namespace MlHub.Core.Tests.Access;

public sealed class EffectiveRightsTests
{
    [Theory]
    [InlineData(RegistryPermission.None, 0)]
    [InlineData(RegistryPermission.Read, 3)]
    [InlineData(RegistryPermission.Edit, 6)]
    [InlineData(RegistryPermission.ManageStaging, 8)]
    [InlineData(RegistryPermission.ManageProduction, 10)]
    [InlineData(RegistryPermission.Manage, 14)]
    public async Task Each_level_allows_so_many_rows_of_the_matrix_from_its_top(RegistryPermission level, int allowed)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var ann = await database.GivenUserAsync("ann");
        await using var db = database.Hub.Open();
        var model = await db.GivenModelAsync("churn");
        if (level != RegistryPermission.None)
        {
            await db.GivenGrantAsync(model, ann, level);
        }

        var rights = await new EffectiveRights(database.Hub).OnModelAsync(GivenPeople.Admin, "ann", "churn", default);

        Assert.Equal(level, rights.Level);
        Assert.Equal(Enumerable.Range(0, 14).Select(i => i < allowed), rights.Abilities.Select(a => a.IsAllowed));
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Every_source_is_named_and_the_highest_wins(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var ann = await database.GivenUserAsync("ann");
        await database.GivenGroupAsync("team", ann);
        await using var db = database.Hub.Open();
        var model = await db.GivenModelAsync("churn", ann);
        var sharing = new RegistrySharing(database.Hub, TimeProvider.System);
        await sharing.ChangeAsync(
            GivenPeople.Admin, RegistrySharing.Root, [new(new(PrincipalKind.User, "ann"), RegistryPermission.Read), new(new(PrincipalKind.Group, "team"), RegistryPermission.Edit)],
            replace: false, default);
        await sharing.ChangeAsync(GivenPeople.Admin, model.PublicId, [new(new(PrincipalKind.Group, "team"), RegistryPermission.ManageStaging)], replace: false, default);

        var rights = await new EffectiveRights(database.Hub).OnModelAsync(GivenPeople.Admin, "ANN", "churn", default);

        Assert.Equal(
            [
                "Manage own grant on the model, as its creator wins", "ManageStaging grant of group team on the model", "Edit grant of group team on the registry's root",
                "Read own grant on the registry's root",
            ],
            rights.Sources.Select(s => $"{s.Level} {s.Text}{(s.Wins ? " wins" : "")}"));
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task The_same_is_told_of_experiments(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var experiment = await database.GivenExperimentAsync();
        var ann = await database.GivenPersonAsync("ann", experiment.Id, Permission.Read);
        await database.GivenGroupAsync("team", ann);
        await new ExperimentSharing(database.Hub, TimeProvider.System)
            .ChangeAsync(GivenPeople.Admin, experiment.Id, [new(new(PrincipalKind.Group, "team"), Permission.Edit)], replace: false, default);

        var rights = await new EffectiveRights(database.Hub).OnExperimentAsync(ann, "ann", experiment.Id, default);

        Assert.Equal((RegistryPermission.Edit, 6), (rights.Level, rights.Abilities.Count(a => a.IsAllowed)));
        Assert.Equal(["grant of group team on the experiment", "own grant on the experiment"], rights.Sources.Select(s => s.Text));
    }

    [Fact]
    public async Task An_administrator_may_everything_and_a_disabled_account_nothing()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await database.GivenUserAsync("ada", isAdmin: true);
        await using var db = database.Hub.Open();
        await db.GivenModelAsync("churn");
        var asked = new EffectiveRights(database.Hub);

        var open = await asked.OnModelAsync(GivenPeople.Admin, "ada", "churn", default);
        await db.Users.Where(u => u.UserName == "ada").ExecuteUpdateAsync(s => s.SetProperty(u => u.IsDisabled, true));
        var closed = await asked.OnModelAsync(GivenPeople.Admin, "ada", "churn", default);

        Assert.Equal(("administrator of the hub", 14), (open.Sources.Single().Text, open.Abilities.Count(a => a.IsAllowed)));
        Assert.Equal(0, closed.Abilities.Count(a => a.IsAllowed));
    }

    [Fact]
    public async Task Others_rights_are_told_to_who_manages_and_a_hidden_model_stays_hidden()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var (ann, ed, sam) = (await database.GivenUserAsync("ann"), await database.GivenUserAsync("ed"), await database.GivenUserAsync("sam"));
        await using var db = database.Hub.Open();
        var model = await db.GivenModelAsync("churn", ann);
        await db.GivenGrantAsync(model, ed, RegistryPermission.ManageProduction);
        var asked = new EffectiveRights(database.Hub);

        async Task<HubError> RefusalAsync(Caller caller, string of) => (await Assert.ThrowsAsync<HubException>(() => asked.OnModelAsync(caller, of, "churn", default))).Error;

        Assert.Equal(RegistryPermission.None, (await asked.OnModelAsync(ann, "sam", "churn", default)).Level);
        Assert.Equal(RegistryPermission.ManageProduction, (await asked.OnModelAsync(ed, "ed", "churn", default)).Level);
        Assert.Equal((HubError.Denied, HubError.NotFound, HubError.NotFound), (await RefusalAsync(ed, "ann"), await RefusalAsync(sam, "sam"), await RefusalAsync(sam, "ann")));
    }
}
