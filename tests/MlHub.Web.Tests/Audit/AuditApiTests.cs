using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;

namespace MlHub.Web.Tests.Audit;

/// <summary>The audit log over REST: who did what, from where, and what was refused.</summary>
public sealed class AuditApiTests(PortHub hub) : IClassFixture<PortHub>
{
    private const string Audit = "/api/2.0/mlhub/audit";

    [Fact]
    public async Task A_change_says_by_which_token_from_which_address_and_with_which_program()
    {
        hub.Ann.DefaultRequestHeaders.UserAgent.ParseAdd("training-job/7");
        await hub.Ann.GivenExperimentAsync("origin by token");
        using var basic = new HttpClient { BaseAddress = hub.Address };
        basic.DefaultRequestHeaders.Authorization = hub.Basic("ann", TestHub.Password).DefaultRequestHeaders.Authorization;
        await basic.GivenExperimentAsync("origin by password");
        var (experiment, run) = await hub.GivenRunAsync();
        await hub.Ann.CallAsync("/runs/set-tag", new { run_id = run, key = "k", value = "v" });

        await using var db = hub.Open();
        var rows = await db.Events.AsNoTracking().Where(e => e.Actor == "ann" && (e.Kind == EventKinds.ExperimentCreated || e.Kind == EventKinds.RunLogged)).OrderBy(e => e.Id).ToListAsync();
        var (byToken, byPassword, logged) = (rows.First(r => r.After!.Contains("by token", StringComparison.Ordinal)), rows.First(r => r.After!.Contains("by password", StringComparison.Ordinal)), rows.Last());

        Assert.StartsWith("token:", byToken.Via, StringComparison.Ordinal);
        Assert.DoesNotContain(byToken.Via![6..], hub.AnnsToken[^20..], StringComparison.Ordinal);
        Assert.Equal(("127.0.0.1", "training-job/7"), (byToken.Address, byToken.UserAgent));
        Assert.Equal("password", byPassword.Via);
        Assert.Equal((EventKinds.RunLogged, run, byToken.Via, "127.0.0.1", "training-job/7"), (logged.Kind, logged.Subject, logged.Via, logged.Address, logged.UserAgent));
        Assert.Equal(byToken.ActorId, logged.ActorId);
        Assert.NotNull(experiment);
    }

    [Fact]
    public async Task The_export_holds_every_line_and_takes_filters()
    {
        using var admin = await AdminAsync();
        await hub.Ann.GivenExperimentAsync($"exported {Guid.NewGuid():N}");
        await LinkedAsync();

        var all = await LinesAsync(admin, "");
        var anns = await LinesAsync(admin, "?actor=ann&kind=experiment");
        var none = await LinesAsync(admin, "?from=4102444800000");
        var head = await admin.AskAsync(HttpMethod.Get, $"{Audit}/head");
        var verified = await admin.AskAsync(HttpMethod.Get, $"{Audit}/verify");

        Assert.Equal(Enumerable.Range(1, all.Count), all.Select(l => (int)l["seq"]!));
        Assert.NotEmpty(anns);
        Assert.All(anns, l => Assert.StartsWith("ann experiment.", $"{l["actor"]} {l["kind"]}", StringComparison.Ordinal));
        Assert.Empty(none);
        Assert.Matches("^[0-9a-f]{64}$", (string)head.Json["head"]!);
        Assert.True((bool)verified.Json["whole"]!);
        Assert.True((long)verified.Json["links"]! >= all.Count);
        Assert.DoesNotContain(TestHub.Password, string.Concat(all), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_refused_is_recorded_with_its_reason_and_no_secret()
    {
        var name = $"u{Guid.NewGuid():N}";
        await hub.Ann.PostedAsync("/users/create", new { username = name, password = "a secret of mine!" });
        using var stranger = new HttpClient { BaseAddress = hub.Address };
        stranger.DefaultRequestHeaders.Authorization = new("Bearer", "mlh_pat_wrong-and-secret");
        await stranger.PostedAsync("/runs/create", new { });
        using var nobody = new HttpClient { BaseAddress = hub.Address };
        await nobody.GotAsync("/experiments/search?max_results=1");

        var denied = await DeniedAsync(d => d.Exists(e => e.Subject.EndsWith("/users/create", StringComparison.Ordinal)) && d.Exists(e => e.Actor == "anonymous"));

        Assert.Contains(denied, d => d.Actor == "ann" && d.Subject == "/api/2.0/mlflow/users/create" && d.After!.Contains("\"outcome\":\"denied\"", StringComparison.Ordinal));
        Assert.Contains(denied, d => d.Actor == "anonymous" && d.Address == "127.0.0.1" && d.After!.Contains("wrong credentials", StringComparison.Ordinal));
        Assert.DoesNotContain(denied, d => d.Subject.Contains("search", StringComparison.Ordinal));
        Assert.DoesNotContain("secret", string.Concat(denied.Select(d => d.After)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_but_administrators_reads_the_log()
    {
        using var allScopes = hub.Bearer(await hub.GivenTokenAsync(await hub.GivenUserAsync($"p{Guid.NewGuid():N}"), Scopes.All & ~Scopes.Admin));

        foreach (var call in (string[])["head", "verify", "export"])
        {
            Assert.Equal(403, (await allScopes.AskAsync(HttpMethod.Get, $"{Audit}/{call}")).Status);
        }
    }

    private async Task<HttpClient> AdminAsync()
    {
        var client = new HttpClient { BaseAddress = hub.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", await hub.GivenTokenAsync(await hub.GivenUserAsync($"a{Guid.NewGuid():N}", isAdmin: true), Scopes.Admin));
        return client;
    }

    private Task LinkedAsync() => Eventually.TrueAsync(async () =>
    {
        await using var db = hub.Open();
        return !await db.Events.AnyAsync(e => !db.EventLinks.Any(l => l.EventId == e.Id));
    });

    private async Task<List<HubEvent>> DeniedAsync(Func<List<HubEvent>, bool> areThere)
    {
        List<HubEvent> denied = [];
        await Eventually.TrueAsync(async () =>
        {
            await using var db = hub.Open();
            denied = await db.Events.AsNoTracking().Where(e => e.Kind == EventKinds.AccessDenied).ToListAsync();
            return areThere(denied);
        });
        return denied;
    }

    private static async Task<List<JsonNode>> LinesAsync(HttpClient client, string query)
    {
        using var answer = await client.GetAsync($"{Audit}/export{query}");
        Assert.Equal((200, "application/x-ndjson"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        return [.. (await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!)];
    }
}
