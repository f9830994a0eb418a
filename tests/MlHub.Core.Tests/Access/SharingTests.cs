using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Adapters.Databases;
using MlHub.Testing;
using MlHub.Testing.Databases;

namespace MlHub.Core.Tests.Access;

public sealed class SharingTests
{
    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Replacing_takes_away_what_is_not_named_and_merging_keeps_it(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (sharing, ann) = (Registry(database), await database.GivenUserAsync("ann"));
        await database.GivenUserAsync("bot", isServiceAccount: true);
        await database.GivenGroupAsync("team");
        var id = await GivenModelAsync(database, "churn", ann);

        await sharing.ChangeAsync(ann, id, [Of(PrincipalKind.Group, "team", RegistryPermission.Edit), Of(PrincipalKind.ServiceAccount, "bot", RegistryPermission.Read)], replace: false, default);
        Assert.Equal(["User ann Manage", "Group team Edit", "ServiceAccount bot Read"], await ToldAsync(sharing, ann, id));
        await sharing.ChangeAsync(ann, id, [Of(PrincipalKind.User, "ANN", RegistryPermission.Manage), Of(PrincipalKind.Group, "team", RegistryPermission.Read)], replace: true, default);

        Assert.Equal(["User ann Manage", "Group team Read"], await ToldAsync(sharing, ann, id));
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task The_last_who_may_manage_can_be_taken_away_by_an_administrator_only(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (sharing, ann) = (Registry(database), await database.GivenUserAsync("ann"));
        await database.GivenUserAsync("bob");
        var id = await GivenModelAsync(database, "churn", ann);

        foreach (var (wish, replace) in new[] { (Of(PrincipalKind.User, "bob", RegistryPermission.Edit), true), (Of(PrincipalKind.User, "ann", RegistryPermission.None), false) })
        {
            var refusal = await Assert.ThrowsAsync<HubException>(() => sharing.ChangeAsync(ann, id, [wish], replace, default));
            Assert.Equal(HubError.Invalid, refusal.Error);
        }

        await sharing.ChangeAsync(GivenPeople.Admin, id, [Of(PrincipalKind.User, "bob", RegistryPermission.Edit)], replace: true, default);
        Assert.Equal(["User bob Edit"], await ToldAsync(sharing, GivenPeople.Admin, id));
    }

    [Fact]
    public async Task What_a_model_inherits_is_shown_as_such_and_not_changed_with_it()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var (sharing, ann) = (Registry(database), await database.GivenUserAsync("ann"));
        await database.GivenGroupAsync("all");
        var id = await GivenModelAsync(database, "churn", ann);
        await sharing.ChangeAsync(GivenPeople.Admin, RegistrySharing.Root, [Of(PrincipalKind.Group, "all", RegistryPermission.Read)], replace: false, default);

        await sharing.ChangeAsync(ann, id, [Of(PrincipalKind.User, "ann", RegistryPermission.Manage)], replace: true, default);

        Assert.Equal(["User ann Manage", "Group all Read inherited"], await ToldAsync(sharing, ann, id));
        Assert.Equal(["Group all Read"], await ToldAsync(sharing, GivenPeople.Admin, RegistrySharing.Root));
    }

    [Fact]
    public async Task Only_who_may_manage_shares_and_a_stranger_learns_nothing()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var (sharing, ann, ed, sam) = (Registry(database), await database.GivenUserAsync("ann"), await database.GivenUserAsync("ed"), await database.GivenUserAsync("sam"));
        var id = await GivenModelAsync(database, "churn", ann);
        await sharing.ChangeAsync(ann, id, [Of(PrincipalKind.User, "ed", RegistryPermission.ManageProduction)], replace: false, default);

        async Task<(HubError, string)> RefusedAsync(Caller caller, string objectId)
        {
            var read = await Assert.ThrowsAsync<HubException>(() => sharing.ListAsync(caller, objectId, default));
            var write = await Assert.ThrowsAsync<HubException>(() => sharing.ChangeAsync(caller, objectId, [Of(PrincipalKind.User, caller.Name, RegistryPermission.Manage)], replace: false, default));
            Assert.Equal((read.Error, read.Message), (write.Error, write.Message));
            return (read.Error, read.Message.Replace(objectId, "ID", StringComparison.Ordinal));
        }

        var absent = new string('0', 32);
        Assert.Equal(HubError.Denied, (await RefusedAsync(ed, id)).Item1);
        Assert.Equal(await RefusedAsync(sam, absent), await RefusedAsync(sam, id));
        Assert.Equal(HubError.NotFound, (await RefusedAsync(sam, id)).Item1);
        Assert.Equal(HubError.Denied, (await RefusedAsync(ann, RegistrySharing.Root)).Item1);
    }

    [Fact]
    public async Task Each_change_is_one_event_and_repeating_it_is_none()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var (sharing, ann) = (Registry(database), await database.GivenUserAsync("ann"));
        await database.GivenGroupAsync("team");
        var id = await GivenModelAsync(database, "churn", ann);

        for (var i = 0; i < 2; i++)
        {
            await sharing.ChangeAsync(ann, id, [Of(PrincipalKind.Group, "team", RegistryPermission.Edit)], replace: false, default);
        }

        await using var db = database.Hub.Open();
        var told = await db.Events.SingleAsync(e => e.Kind == "model.shared");
        Assert.Equal(
            ("""{"principal":"team","type":"Group","permission":"NO_PERMISSIONS"}""", """{"principal":"team","type":"Group","permission":"CAN_EDIT"}""", "ann", "churn"),
            (told.Before, told.After, told.Actor, told.Subject));
    }

    [Fact]
    public async Task Nobody_is_named_twice_and_everybody_exists()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var (sharing, ann) = (Registry(database), await database.GivenUserAsync("ann"));
        var id = await GivenModelAsync(database, "churn", ann);

        async Task<HubError> RefusalAsync(params Share<RegistryPermission>[] wished) =>
            (await Assert.ThrowsAsync<HubException>(() => sharing.ChangeAsync(ann, id, wished, replace: false, default))).Error;

        Assert.Equal(HubError.Invalid, await RefusalAsync(Of(PrincipalKind.User, "ann", RegistryPermission.Manage), Of(PrincipalKind.User, "Ann", RegistryPermission.Read)));
        Assert.Equal(HubError.NotFound, await RefusalAsync(Of(PrincipalKind.User, "nobody", RegistryPermission.Read)));
        Assert.Equal(HubError.NotFound, await RefusalAsync(Of(PrincipalKind.Group, "ann", RegistryPermission.Read)));
        Assert.Equal(HubError.NotFound, await RefusalAsync(Of(PrincipalKind.ServiceAccount, "ann", RegistryPermission.Read)));
    }

    [Fact]
    public async Task Groups_are_made_and_changed_by_administrators_and_names_differ_by_more_than_case()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var (groups, ann) = (new Groups(database.Hub, TimeProvider.System), await database.GivenUserAsync("ann"));
        await groups.CreateAsync(GivenPeople.Admin, " Data Science ", default);
        await groups.CreateAsync(GivenPeople.Admin, "ops", default);

        await groups.AddMemberAsync(GivenPeople.Admin, "data science", "ANN", default);
        await groups.AddMemberAsync(GivenPeople.Admin, "data science", "ann", default);
        await groups.RenameAsync(GivenPeople.Admin, "data science", "DATA SCIENCE", default);

        Assert.Equal(["DATA SCIENCE: ann", "ops: "], (await groups.ListAsync(GivenPeople.Admin, default)).Select(g => $"{g.Group.Name}: {string.Join(' ', g.Members)}"));
        Assert.Equal(HubError.AlreadyExists, (await Assert.ThrowsAsync<HubException>(() => groups.CreateAsync(GivenPeople.Admin, "OPS", default))).Error);
        Assert.Equal(HubError.AlreadyExists, (await Assert.ThrowsAsync<HubException>(() => groups.RenameAsync(GivenPeople.Admin, "ops", "Data Science", default))).Error);
        Assert.Equal(HubError.Invalid, (await Assert.ThrowsAsync<HubException>(() => groups.CreateAsync(GivenPeople.Admin, new string('g', Limits.GroupName + 1), default))).Error);
        Assert.Equal(HubError.Invalid, (await Assert.ThrowsAsync<HubException>(() => groups.CreateAsync(GivenPeople.Admin, " ", default))).Error);
        Func<Task>[] byAnn =
        [
            () => groups.ListAsync(ann, default), () => groups.CreateAsync(ann, "x", default), () => groups.RenameAsync(ann, "ops", "x", default),
            () => groups.DeleteAsync(ann, "ops", default), () => groups.AddMemberAsync(ann, "ops", "ann", default), () => groups.RemoveMemberAsync(ann, "ops", "ann", default),
        ];
        foreach (var act in byAnn)
        {
            Assert.Equal(HubError.Denied, (await Assert.ThrowsAsync<HubException>(act)).Error);
        }
    }

    private static RegistrySharing Registry(TestDatabase database) => new(database.Hub, TimeProvider.System);

    private static Share<RegistryPermission> Of(PrincipalKind kind, string name, RegistryPermission level) => new(new(kind, name), level);

    private static async Task<string> GivenModelAsync(TestDatabase database, string name, Caller owner)
    {
        await using var db = database.Hub.Open();
        return (await db.GivenModelAsync(name, owner)).PublicId;
    }

    private static async Task<List<string>> ToldAsync(RegistrySharing sharing, Caller caller, string id) =>
        [.. (await sharing.ListAsync(caller, id, default)).Select(s => $"{s.Who.Kind} {s.Who.Name} {s.Level}{(s.IsInherited ? " inherited" : "")}")];
}
