using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Access;
using MlHub.Web.Tests.Api;

namespace MlHub.Web.Tests.SavedViews;

public sealed class SavedViewApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private const string Views = "/api/2.0/mlhub/experiments/saved-views";

    [Fact]
    public async Task A_shared_view_is_seen_by_readers_and_a_private_one_by_its_owner_alone()
    {
        var (experiment, reader, _) = await GivenPeopleAsync();
        var mine = await hub.Ann.GivenViewAsync(experiment, "mine", shared: false);
        await hub.Ann.GivenViewAsync(experiment, "ours", state: "filter=x&cols=metrics.a");
        await reader.GivenViewAsync(experiment, "theirs", shared: false);

        var seen = (await ListAsync(reader, experiment)).AsArray();

        Assert.Equal(["ours", "theirs"], seen.Select(v => (string?)v!["name"]));
        Assert.Equal(("ann", true, "filter=x&cols=metrics.a"), ((string?)seen[0]!["owner"], (bool)seen[0]!["shared"]!, (string?)seen[0]!["state"]));
        Assert.Equal((404, $"No saved view with id={mine} exists"), await UpdateAsync(reader, new { view_id = mine, name = "x" }));
        Assert.Equal(404, (await hub.Ada.AskAsync(HttpMethod.Delete, $"{Views}/delete", new { view_id = mine })).Status);
        Assert.Equal(["mine", "ours"], (await ListAsync(hub.Ann, experiment)).AsArray().Select(v => (string?)v!["name"]));
    }

    [Fact]
    public async Task To_share_needs_EDIT_and_to_change_what_is_of_others_MANAGE()
    {
        var (experiment, reader, editor) = await GivenPeopleAsync();
        var own = await reader.GivenViewAsync(experiment, "own", shared: false);
        var shared = await editor.GivenViewAsync(experiment, "of the editor");
        var ours = await hub.Ann.GivenViewAsync(experiment, "of ann");

        Assert.Equal(403, (await UpdateAsync(reader, new { view_id = own, shared = true })).Status);
        Assert.Equal(200, (await UpdateAsync(reader, new { view_id = own, name = "renamed" })).Status);
        Assert.Equal(403, (await UpdateAsync(editor, new { view_id = ours, state = "stolen" })).Status);
        Assert.Equal(200, (await UpdateAsync(editor, new { view_id = shared, state = "y" })).Status);
        Assert.Equal(200, (await UpdateAsync(hub.Ann, new { view_id = shared, name = "taken over" })).Status);
        Assert.Equal(404, (await DefaultAsync(hub.Ann, experiment, own)).Status);
        Assert.Equal(200, (await hub.Ann.AskAsync(HttpMethod.Delete, $"{Views}/delete", new { view_id = shared })).Status);
    }

    [Fact]
    public async Task One_view_at_most_is_the_default_and_it_stays_shared()
    {
        var (experiment, _, editor) = await GivenPeopleAsync();
        var first = await hub.Ann.GivenViewAsync(experiment, "b first");
        var second = await hub.Ann.GivenViewAsync(experiment, "a second");

        foreach (var view in (string[])[first, second, first])
        {
            Assert.Equal(200, (await DefaultAsync(editor, experiment, view)).Status);
        }

        Assert.Equal([("b first", true), ("a second", false)], (await ListAsync(hub.Ann, experiment)).AsArray().Select(v => ((string)v!["name"]!, (bool)v["default"]!)));
        Assert.Equal(400, (await UpdateAsync(hub.Ann, new { view_id = first, shared = false })).Status);
        Assert.Equal(200, (await DefaultAsync(editor, experiment, null)).Status);
        Assert.DoesNotContain((await ListAsync(hub.Ann, experiment)).AsArray(), v => (bool)v!["default"]!);
    }

    [Theory]
    [InlineData("Runs", "n", "s")]
    [InlineData("runs", " ", "s")]
    [InlineData("runs", "n\n", "s")]
    [InlineData("runs", "n", "s\0")]
    public async Task What_cannot_be_kept_is_refused(string kind, string name, string state)
    {
        var (experiment, _) = await hub.GivenRunAsync();

        Assert.Equal(400, (await CreateAsync(experiment, kind, name, state)).Status);
    }

    [Fact]
    public async Task Names_and_states_have_a_length_and_a_name_is_used_once()
    {
        var (experiment, _) = await hub.GivenRunAsync();

        Assert.Equal(400, (await CreateAsync(experiment, "runs", new('n', Limits.SavedViewName + 1), "")).Status);
        Assert.Equal(400, (await CreateAsync(experiment, "runs", "n", new('s', Limits.SavedViewState + 1))).Status);
        Assert.Equal(200, (await CreateAsync(experiment, "runs", "n", new('s', Limits.SavedViewState))).Status);
        Assert.Equal("RESOURCE_ALREADY_EXISTS", (await CreateAsync(experiment, "runs", "n", "")).Code);
        Assert.Equal(200, (await CreateAsync(experiment, "curves", "n", "")).Status);
    }

    [Fact]
    public async Task What_was_private_goes_with_the_account_and_what_was_shared_stays()
    {
        var (experiment, _) = await hub.GivenRunAsync();
        var leaver = await hub.ProgramOfAsync($"leaver{Guid.NewGuid():N}"[..20]);
        var name = (string)(await leaver.GotAsync("/users/current")).Json["user"]!["username"]!;
        await hub.Ann.AskAsync(HttpMethod.Patch, $"/api/2.0/permissions/experiments/{experiment}", new { access_control_list = new[] { new { user_name = name, permission_level = "CAN_EDIT" } } });
        await leaver.GivenViewAsync(experiment, "kept");
        await leaver.GivenViewAsync(experiment, "gone", shared: false);

        await hub.Services.GetRequiredService<Accounts>().DeleteAsync(Caller.System, new(PrincipalKind.User, name), default);

        await using var db = hub.Open();
        Assert.Equal(["kept"], db.SavedViews.Where(v => v.ExperimentId == long.Parse(experiment)).Select(v => v.Name));
    }

    private async Task<(string Experiment, HttpClient Reader, HttpClient Editor)> GivenPeopleAsync()
    {
        var (experiment, _) = await hub.GivenRunAsync();
        List<HttpClient> people = [];
        foreach (var level in (string[])["READ", "EDIT"])
        {
            var name = $"{level.ToLowerInvariant()}{Guid.NewGuid():N}"[..20];
            people.Add(await hub.ProgramOfAsync(name));
            await hub.Ann.AskAsync(HttpMethod.Patch, $"/api/2.0/permissions/experiments/{experiment}", new { access_control_list = new[] { new { user_name = name, permission_level = $"CAN_{level}" } } });
        }

        return (experiment, people[0], people[1]);
    }

    private static async Task<JsonNode> ListAsync(HttpClient who, string experiment) =>
        (await who.AskAsync(HttpMethod.Get, $"{Views}/list?experiment_id={experiment}&kind=runs")).Json["views"]!;

    private static async Task<(int Status, string? Message)> UpdateAsync(HttpClient who, object change)
    {
        var answer = await who.AskAsync(HttpMethod.Patch, $"{Views}/update", change);
        return (answer.Status, (string?)answer.Json["message"]);
    }

    private static Task<Answer> DefaultAsync(HttpClient who, string experiment, string? view) =>
        who.AskAsync(HttpMethod.Post, $"{Views}/set-default", new { experiment_id = experiment, kind = "runs", view_id = view });

    private Task<Answer> CreateAsync(string experiment, string kind, string name, string state) =>
        hub.Ann.AskAsync(HttpMethod.Post, $"{Views}/create", new { experiment_id = experiment, kind, name, state });
}
