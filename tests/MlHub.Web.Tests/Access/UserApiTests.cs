using MlHub.Web.Access;

namespace MlHub.Web.Tests.Access;

public sealed class UserApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Fact]
    public async Task An_administrator_makes_accounts_that_can_sign_in()
    {
        var made = await hub.Ada.PostedAsync("/users/create", new { username = "newcomer", password = "long enough for anyone", is_admin = true });
        var got = await hub.Basic("newcomer", "long enough for anyone").GotAsync("/experiments/search?max_results=1");

        var user = made.Json["user"]!;
        Assert.Equal((200, "newcomer", false), (made.Status, (string?)user["username"], (bool)user["is_admin"]!));
        Assert.DoesNotContain("long enough", made.Text, StringComparison.Ordinal);
        Assert.Equal((200, "{}"), (got.Status, got.Text));
    }

    [Fact]
    public async Task Nobody_else_makes_accounts()
    {
        var byAnn = await hub.Ann.PostedAsync("/users/create", new { username = "friend", password = TestHub.Password });
        var byAnnsPassword = await hub.Basic("ann", TestHub.Password).PostedAsync("/users/create", new { username = "friend", password = TestHub.Password });

        Assert.Equal((403, 403), (byAnn.Status, byAnnsPassword.Status));
    }

    [Fact]
    public async Task A_name_is_taken_in_every_case()
    {
        var answer = await hub.Ada.PostedAsync("/users/create", new { username = "ANN", password = TestHub.Password });

        Assert.Equal((400, "RESOURCE_ALREADY_EXISTS"), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("<script>")]
    [InlineData("ünï")]
    [InlineData("a\nb")]
    [InlineData("")]
    public async Task A_name_is_plain(string username)
    {
        var answer = await hub.Ada.PostedAsync("/users/create", new { username, password = TestHub.Password });

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData(256, 200)]
    [InlineData(257, 400)]
    public async Task A_name_has_a_longest_length(int length, int status)
    {
        var answer = await hub.Ada.PostedAsync("/users/create", new { username = new string('u', length), password = TestHub.Password });

        Assert.Equal(status, answer.Status);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("elevenchars")]
    [InlineData("aaaaaaaaaaaaaaaa")]
    [InlineData("123456789012345")]
    [InlineData("abcdefghijklmnop")]
    [InlineData("password123456")]
    [InlineData("Password!2026!")]
    [InlineData("qwertyuiop123")]
    [InlineData("petra-longname1")]
    [InlineData("abababababababab")]
    public async Task A_password_that_everyone_tries_first_is_refused(string password)
    {
        var answer = await hub.Ada.PostedAsync("/users/create", new { username = "petra-longname", password });

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
        Assert.DoesNotContain(password, answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("twelve chars", null)]
    [InlineData("correct horse battery staple", null)]
    [InlineData("пароль из слов", null)]
    public void A_long_password_of_any_kind_will_do(string password, string? objection) => Assert.Equal(objection, PasswordRules.Objection("ann", password));

    [Theory]
    [InlineData(256, true)]
    [InlineData(257, false)]
    public void A_password_has_a_longest_length(int length, bool good) =>
        Assert.Equal(good, PasswordRules.Objection("ann", string.Concat(Enumerable.Repeat("abcxyz78", 40))[..length]) is null);

    [Fact]
    public async Task A_grant_is_made_changed_read_and_taken_away()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        var grant = new { experiment_id = experiment, username = "bob" };
        Task<Answer> Bobs() => hub.Bob.GotAsync($"/runs/get?run_id={run}");
        Assert.Equal(404, (await Bobs()).Status);

        var made = await hub.Ann.PostedAsync("/experiments/permissions/create", new { grant.experiment_id, grant.username, permission = "READ" });
        var read = await Bobs();
        var write = await hub.Bob.PostedAsync("/runs/set-tag", new { run_id = run, key = "k", value = "v" });
        var changed = await hub.Ann.AskAsync(HttpMethod.Patch, "/api/2.0/mlflow/experiments/permissions/update", new { grant.experiment_id, grant.username, permission = "EDIT" });
        var wrote = await hub.Bob.PostedAsync("/runs/set-tag", new { run_id = run, key = "k", value = "v" });
        var managed = await hub.Bob.PostedAsync("/experiments/delete", new { experiment_id = experiment });
        var told = await hub.Ann.GotAsync($"/experiments/permissions/get?experiment_id={experiment}&username=bob");
        var taken = await hub.Ann.AskAsync(HttpMethod.Delete, "/api/2.0/mlflow/experiments/permissions/delete", grant);
        var gone = await hub.Ann.GotAsync($"/experiments/permissions/get?experiment_id={experiment}&username=bob");

        Assert.Equal(
            JsonText.Sorted($$$"""{"experiment_permission":{"experiment_id":"{{{experiment}}}","user_id":"bob","username":"bob","permission":"READ"}}"""), JsonText.Sorted(made.Json));
        Assert.Equal((200, 403, "PERMISSION_DENIED"), (read.Status, write.Status, write.Code));
        Assert.Equal($"Permission denied: 'bob' has READ on experiment {experiment}, this needs EDIT.", write.Message);
        Assert.Equal((200, 200, 403), (changed.Status, wrote.Status, managed.Status));
        Assert.Equal("EDIT", (string?)told.Json["experiment_permission"]!["permission"]);
        Assert.Equal((200, "{}", 404), (taken.Status, taken.Text, gone.Status));
        Assert.Equal(404, (await Bobs()).Status);
    }

    [Theory]
    [InlineData("OWNER")]
    [InlineData("read")]
    [InlineData("3")]
    public async Task An_unknown_level_is_refused(string permission)
    {
        var (experiment, _) = await hub.GivenRunAsync();

        var answer = await hub.Ann.PostedAsync("/experiments/permissions/create", new { experiment_id = experiment, username = "bob", permission });

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task An_unknown_person_can_be_given_nothing()
    {
        var (experiment, _) = await hub.GivenRunAsync();

        var answer = await hub.Ann.PostedAsync("/experiments/permissions/create", new { experiment_id = experiment, username = "nobody", permission = "READ" });

        Assert.Equal((404, "User with username=nobody not found"), (answer.Status, answer.Message));
    }
}
