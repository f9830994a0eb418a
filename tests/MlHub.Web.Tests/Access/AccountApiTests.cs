using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Access;

namespace MlHub.Web.Tests.Access;

/// <summary>Accounts of people and programs, through REST.</summary>
public sealed class AccountApiTests : IAsyncLifetime
{
    private const string Users = "/api/2.0/mlflow/users/", Own = "/api/2.0/mlhub/";
    private readonly TestHub _hub = new();
    private HttpClient _ada = null!, _bob = null!;

    public async ValueTask InitializeAsync()
    {
        _ada = await _hub.ProgramOfAsync("ada", isAdmin: true);
        _bob = await _hub.ProgramOfAsync("bob");
    }

    public async ValueTask DisposeAsync() => await _hub.DisposeAsync();

    [Fact]
    public async Task A_deleted_person_is_shut_out_at_once_and_what_they_did_stays()
    {
        var experiment = await _bob.GivenExperimentAsync("bobs");

        var deleted = await _ada.AskAsync(HttpMethod.Delete, Users + "delete", new { username = "bob" });
        var after = await _bob.GotAsync($"/experiments/get?experiment_id={experiment}");
        var told = await _ada.GotAsync($"/experiments/get?experiment_id={experiment}");

        Assert.Equal((200, "{}", 401, 200), (deleted.Status, deleted.Text, after.Status, told.Status));
        Assert.Equal(404, (await _ada.GotAsync("/users/get?username=bob")).Status);
        await using var db = _hub.Open();
        Assert.True(await db.Events.AnyAsync(e => e.Kind == "experiment.created" && e.Actor == "bob"));
        Assert.False(await db.AccessTokens.AnyAsync(t => t.Name == "test" && !db.Users.Any(u => u.Id == t.UserId)));
    }

    [Fact]
    public async Task A_disabled_person_is_shut_out_at_once_until_enabled_again()
    {
        var accounts = _hub.Services.GetRequiredService<Accounts>();
        Assert.Equal(200, (await _bob.GotAsync("/users/current")).Status);

        await accounts.SetDisabledAsync(Caller.System, "bob", true, default);
        var closed = (await _bob.GotAsync("/users/current")).Status;
        await accounts.SetDisabledAsync(Caller.System, "bob", false, default);

        Assert.Equal((401, 200), (closed, (await _bob.GotAsync("/users/current")).Status));
    }

    [Fact]
    public async Task Somebody_made_an_administrator_may_what_administrators_may_and_no_longer_afterwards()
    {
        async Task<int> CreatesAsync(string name) =>
            (await _hub.Basic("bob", TestHub.Password).PostedAsync("/users/create", new { username = name, password = TestHub.Password })).Status;

        var before = await CreatesAsync("n1");
        await _ada.AskAsync(HttpMethod.Patch, Users + "update-admin", new { username = "bob", is_admin = true });
        var during = await CreatesAsync("n2");
        await _ada.AskAsync(HttpMethod.Patch, Users + "update-admin", new { username = "bob", is_admin = false });

        Assert.Equal((403, 200, 403), (before, during, await CreatesAsync("n3")));
    }

    [Fact]
    public async Task Nobody_deletes_or_demotes_themselves_or_the_last_administrator()
    {
        var accounts = _hub.Services.GetRequiredService<Accounts>();
        Func<Task<Answer>>[] oneself =
        [
            () => _ada.AskAsync(HttpMethod.Delete, Users + "delete", new { username = "ADA" }),
            () => _ada.AskAsync(HttpMethod.Patch, Users + "update-admin", new { username = "ada", is_admin = false }),
        ];
        foreach (var act in oneself)
        {
            var answer = await act();
            Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
        }

        Func<Task>[] last =
        [
            () => accounts.DeleteAsync(Caller.System, new(PrincipalKind.User, "ada"), default),
            () => accounts.SetAdminAsync(Caller.System, "ada", false, default),
            () => accounts.SetDisabledAsync(Caller.System, "ada", true, default),
        ];
        foreach (var act in last)
        {
            Assert.Contains("last administrator", (await Assert.ThrowsAsync<HubException>(act)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Two_administrators_who_demote_each_other_leave_one()
    {
        var (accounts, eve) = (_hub.Services.GetRequiredService<Accounts>(), await _hub.GivenUserAsync("eve", isAdmin: true));
        Caller ada;
        await using (var db = _hub.Open())
        {
            ada = (await db.Users.SingleAsync(u => u.UserName == "ada")).AsCaller();
        }

        await Task.WhenAll(
            Record.ExceptionAsync(() => accounts.SetAdminAsync(ada, "eve", false, default)).AsTask(),
            Record.ExceptionAsync(() => accounts.SetAdminAsync(eve, "ada", false, default)).AsTask());

        await using var after = _hub.Open();
        Assert.Equal(1, await after.Users.CountAsync(u => u.IsAdmin));
    }

    [Fact]
    public async Task A_new_password_by_an_administrator_ends_the_old_one()
    {
        var weak = await _ada.AskAsync(HttpMethod.Patch, Users + "update-password", new { username = "bob", password = "short" });
        var set = await _ada.AskAsync(HttpMethod.Patch, Users + "update-password", new { username = "bob", password = "another long password" });

        Assert.Equal((400, 200, "{}"), (weak.Status, set.Status, set.Text));
        Assert.Equal(401, (await _hub.Basic("bob", TestHub.Password).GotAsync("/users/current")).Status);
        Assert.Equal(200, (await _hub.Basic("bob", "another long password").GotAsync("/users/current")).Status);
    }

    [Fact]
    public async Task People_see_their_own_account_and_administrators_everybodys()
    {
        var experiment = await _bob.GivenExperimentAsync("bobs");

        var own = await _bob.GotAsync("/users/get?username=bob");
        var others = await _bob.GotAsync("/users/get?username=ada");
        var nobodys = await _bob.GotAsync("/users/get?username=nobody");
        var listed = await _ada.GotAsync("/users/list");

        Assert.Equal(experiment, (string?)own.Json["user"]!["experiment_permissions"]![0]!["experiment_id"]);
        Assert.Equal((403, 403, others.Message), (others.Status, nobodys.Status, nobodys.Message));
        Assert.Equal(["ada", "bob"], listed.Json["users"]!.AsArray().Select(u => (string?)u!["username"]));
        Assert.DoesNotContain("hash", own.Text + listed.Text, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("""{"username":"eve","password":"correct horse battery","is_admin":true,"id":"1","is_service_account":true,"security_stamp":"x","permission":"MANAGE"}""")]
    public async Task Fields_that_nobody_asked_for_change_nothing(string body)
    {
        await _ada.AskAsync(HttpMethod.Post, Users + "create", body);

        await using var db = _hub.Open();
        var eve = await db.Users.SingleAsync(u => u.UserName == "eve");
        Assert.Equal((false, false), (eve.IsAdmin, eve.IsServiceAccount));
        Assert.NotEqual("x", eve.SecurityStamp);
    }

    [Fact]
    public async Task A_service_account_works_by_token_outlives_its_maker_and_has_no_password()
    {
        var eve = await _hub.ProgramOfAsync("eve", isAdmin: true);
        var made = await eve.AskAsync(HttpMethod.Post, Own + "service-accounts/create", new { name = "ci-bot" });
        var token = await eve.AskAsync(HttpMethod.Post, Own + "service-accounts/create-token", new { service_account = "ci-bot", name = "nightly", scopes = new[] { "TrackingRead", "TrackingWrite" }, days = 30 });
        await _ada.AskAsync(HttpMethod.Delete, Users + "delete", new { username = "eve" });

        using var bot = _hub.Bearer((string)token.Json["token"]!);
        var experiment = await bot.GivenExperimentAsync("of the bot");
        var password = await _ada.AskAsync(HttpMethod.Patch, Users + "update-password", new { username = "ci-bot", password = TestHub.Password });
        var admin = await _ada.AskAsync(HttpMethod.Patch, Users + "update-admin", new { username = "ci-bot", is_admin = true });
        var adminScope = await _ada.AskAsync(HttpMethod.Post, Own + "service-accounts/create-token", new { service_account = "ci-bot", name = "n", scopes = new[] { "Admin" } });
        var listed = await _ada.AskAsync(HttpMethod.Get, Own + "service-accounts/list");
        var people = await _ada.GotAsync("/users/list");

        Assert.Equal(("ci-bot", "bot runs"), ((string?)made.Json["service_account"]!["name"], experiment.Length > 0 ? "bot runs" : ""));
        Assert.Equal((400, 400, 400), (password.Status, admin.Status, adminScope.Status));
        Assert.Equal(("ci-bot", 1), ((string?)listed.Json["service_accounts"]![0]!["name"], (int)listed.Json["service_accounts"]![0]!["tokens"]!));
        Assert.DoesNotContain("ci-bot", people.Text, StringComparison.Ordinal);
        Assert.Equal(401, (await _hub.Basic("ci-bot", "").GotAsync("/users/current")).Status);
        Assert.Equal(200, (await _ada.AskAsync(HttpMethod.Delete, Own + "service-accounts/delete", new { name = "ci-bot" })).Status);
        Assert.Equal(401, (await bot.GotAsync($"/experiments/get?experiment_id={experiment}")).Status);
    }

    [Fact]
    public async Task A_person_is_no_service_account()
    {
        var deleted = await _ada.AskAsync(HttpMethod.Delete, Own + "service-accounts/delete", new { name = "bob" });
        var token = await _ada.AskAsync(HttpMethod.Post, Own + "service-accounts/create-token", new { service_account = "bob", name = "n", scopes = new[] { "TrackingRead" } });
        var taken = await _ada.AskAsync(HttpMethod.Post, Own + "service-accounts/create", new { name = "BOB" });

        Assert.Equal((404, 404, 400, "RESOURCE_ALREADY_EXISTS"), (deleted.Status, token.Status, taken.Status, taken.Code));
    }

    [Fact]
    public async Task Administrators_revoke_anybodys_token_and_nobody_else_does()
    {
        var tokens = _hub.Services.GetRequiredService<AccessTokens>();
        var (all, bob, ann) = (await tokens.ListAllAsync(Caller.System, "bob", default), _bob, await _hub.GivenUserAsync("ann"));

        var byAnn = await Assert.ThrowsAsync<HubException>(() => tokens.RevokeAsync(ann, all.Single().Token.Id, default));
        var listedByAnn = await Assert.ThrowsAsync<HubException>(() => tokens.ListAllAsync(ann, null, default));
        await tokens.RevokeAsync(Caller.System, all.Single().Token.Id, default);

        Assert.Equal((HubError.NotFound, HubError.Denied), (byAnn.Error, listedByAnn.Error));
        Assert.Equal(401, (await bob.GotAsync("/users/current")).Status);
    }

    [Fact]
    public async Task Groups_are_made_through_REST()
    {
        await _ada.AskAsync(HttpMethod.Post, Own + "groups/create", new { name = "team" });
        await _ada.AskAsync(HttpMethod.Post, Own + "groups/add-member", new { name = "team", username = "bob" });
        await _ada.AskAsync(HttpMethod.Post, Own + "groups/rename", new { name = "team", new_name = "crew" });
        var listed = await _ada.AskAsync(HttpMethod.Get, Own + "groups/list");
        await _ada.AskAsync(HttpMethod.Post, Own + "groups/remove-member", new { name = "crew", username = "bob" });
        var deleted = await _ada.AskAsync(HttpMethod.Delete, Own + "groups/delete", new { name = "crew" });
        var again = await _ada.AskAsync(HttpMethod.Delete, Own + "groups/delete", new { name = "crew" });

        Assert.Equal(("crew", "bob"), ((string?)listed.Json["groups"]![0]!["name"], (string?)listed.Json["groups"]![0]!["members"]![0]));
        Assert.Equal((200, 404), (deleted.Status, again.Status));
    }
}
