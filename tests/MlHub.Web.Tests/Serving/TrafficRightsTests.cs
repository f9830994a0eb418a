using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving;

/// <summary>A share of a stage's requests is as much as the stage: it takes the same right, and the same policy.</summary>
public sealed class TrafficRightsTests(TrafficHub hub) : IClassFixture<TrafficHub>
{
    [Theory]
    [InlineData(RegistryPermission.Read, 403, 403, 403, 403)]
    [InlineData(RegistryPermission.Edit, 403, 403, 200, 403)]
    [InlineData(RegistryPermission.ManageStaging, 200, 403, 200, 403)]
    [InlineData(RegistryPermission.ManageProduction, 200, 200, 200, 403)]
    [InlineData(RegistryPermission.Manage, 200, 200, 200, 200)]
    public async Task Who_may_move_a_version_there_may_give_it_a_share(RegistryPermission level, int staging, int production, int alias, int shadow)
    {
        var (model, who) = (await GivenAsync(), await GivenPersonAsync());
        await GrantAsync(model, who.Caller, level);

        var answers = new[]
        {
            await TrafficHub.SetAsync(who.Program, model, "SPLIT", 10, "3", "Staging"),
            await TrafficHub.SetAsync(who.Program, model, "SPLIT", 10, "3"),
            await TrafficHub.SetAsync(who.Program, model, "CANARY", 10, "3", "@champion"),
            await TrafficHub.SetAsync(who.Program, model, "SHADOW", 10, "3"),
        };
        var ids = new[] { ("SPLIT", "Production"), ("SPLIT", "Staging"), ("SHADOW", "Production") };
        var ends = new List<int>();
        foreach (var (kind, endpoint) in ids)
        {
            var set = await TrafficHub.SetAsync(hub.Ann, model, kind, 5, "3", endpoint);
            var id = (long)set.Json["endpoints"]!.AsArray().Single(e => (string?)e!["name"] == endpoint)!["rules"]!.AsArray().Single(r => (string?)r!["kind"] == kind)!["id"]!;
            ends.Add((await who.Program.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/serving/traffic/end", new { name = model, id })).Status);
        }

        Assert.Equal([staging, production, alias, shadow], answers.Select(a => a.Status));
        Assert.Equal([production, staging, shadow], ends);
        Assert.Equal(200, (await who.Program.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/serving/traffic?name={model}")).Status);
    }

    [Fact]
    public async Task A_share_is_no_way_around_four_eyes()
    {
        var (model, dana, omar) = (await GivenAsync(), await GivenPersonAsync(), await GivenPersonAsync());
        await GrantAsync(model, dana.Caller, RegistryPermission.ManageProduction);
        await GrantAsync(model, omar.Caller, RegistryPermission.ManageProduction);
        await SetPolicyAsync(model, new { approvals = 1, four_eyes = true });

        var alone = await TrafficHub.SetAsync(dana.Program, model, "CANARY", 1, "3");
        var pretext = await TrafficHub.SetAsync(dana.Program, model, "SPLIT", 1, "3", reason: "It is urgent.");
        await dana.Program.CallAsync("/transition-requests/create", new { name = model, version = "3", stage = "Production" });
        var own = await TrafficHub.SetAsync(dana.Program, model, "SPLIT", 1, "3");
        var second = await TrafficHub.SetAsync(omar.Program, model, "SPLIT", 1, "3");
        var larger = await TrafficHub.SetAsync(dana.Program, model, "SPLIT", 50, "3");
        var smaller = await TrafficHub.SetAsync(dana.Program, model, "SPLIT", 0, "3");

        Assert.Equal([403, 403, 403, 200, 403, 200], new[] { alone, pretext, own, second, larger, smaller }.Select(a => a.Status));
        Assert.Contains("four_eyes", alone.Message, StringComparison.Ordinal);
        Assert.Contains("Only those who manage", pretext.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_manager_sets_the_policy_aside_with_a_reason_that_stands_in_the_log()
    {
        var model = await GivenAsync();
        await SetPolicyAsync(model, new { required_tags = new[] { new { key = "gdpr_review", value = "passed" } } });

        var refused = await TrafficHub.SetAsync(hub.Ann, model, "CANARY", 1, "3");
        var overridden = await TrafficHub.SetAsync(hub.Ann, model, "CANARY", 1, "3", reason: "The review is late.");

        Assert.Equal((403, 200), (refused.Status, overridden.Status));
        Assert.Contains("gdpr_review", refused.Message, StringComparison.Ordinal);
        await using var db = hub.Open();
        var row = await db.Events.SingleAsync(e => e.Kind == EventKinds.TrafficSet && e.Subject == $"{model}/3");
        Assert.Equal(("ann", true), (row.Actor, row.After!.Contains("The review is late.", StringComparison.Ordinal)));
        await Eventually.TrueAsync(async () => await db.EventLinks.AnyAsync(l => l.EventId == row.Id));
    }

    [Fact]
    public async Task What_cannot_be_is_refused_by_the_name_of_its_parameter()
    {
        var model = await GivenAsync();

        var refusals = new[]
        {
            await TrafficHub.SetAsync(hub.Ann, model, "SPLIT", 101, "3"),
            await TrafficHub.SetAsync(hub.Ann, model, "MIRROR", 10, "3"),
            await TrafficHub.SetAsync(hub.Ann, model, "SPLIT", 10, "3", "Archived"),
            await TrafficHub.SetAsync(hub.Ann, model, "CANARY", 10, "3", least: 1001),
            await TrafficHub.SetAsync(hub.Ann, model, "CANARY", 10, "3", latency: 0),
            await TrafficHub.SetAsync(hub.Ann, model, "SPLIT", 10, "3", errors: 1),
        };
        var impossible = new[] { await TrafficHub.SetAsync(hub.Ann, model, "SPLIT", 10, "1"), await TrafficHub.SetAsync(hub.Ann, model, "SPLIT", 10, "3", "@nobody") };
        Assert.Equal(200, (await TrafficHub.SetAsync(hub.Ann, model, "SPLIT", 80, "3")).Status);
        var full = await TrafficHub.SetAsync(hub.Ann, model, "CANARY", 30, "2");

        Assert.All(refusals.Concat(impossible).Append(full), r => Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (r.Status, r.Code)));
        string[] named = ["'percent'", "'kind'", "'endpoint'", "'min_requests'", "'max_latency_ms'", "'kind'"];
        Assert.All(refusals.Zip(named), r => Assert.Contains(r.Second, r.First.Message, StringComparison.Ordinal));
        Assert.Contains("20 % are left", full.Message, StringComparison.Ordinal);
        Assert.Equal(404, (await TrafficHub.SetAsync(hub.Ann, model, "SPLIT", 10, "9")).Status);
    }

    /// <summary>Version 1 in Production and the champion, 2 in Staging, 3 in no stage.</summary>
    private async Task<string> GivenAsync()
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Sum);
        await hub.Ann.GivenOnnxVersionAsync(model, OnnxModels.Product);
        await hub.Ann.GivenOnnxVersionAsync(model, OnnxModels.Product);
        await hub.Ann.MoveAsync(model, "1", "Production");
        await hub.Ann.MoveAsync(model, "2", "Staging");
        await hub.Ann.CallAsync("/registered-models/alias", new { name = model, alias = "champion", version = "1" });
        return model;
    }

    private async Task<(Caller Caller, HttpClient Program)> GivenPersonAsync()
    {
        var caller = await hub.GivenUserAsync($"p-{Guid.NewGuid():N}");
        return (caller, hub.Bearer(await hub.GivenTokenAsync(caller, Scopes.All & ~Scopes.Admin)));
    }

    private async Task GrantAsync(string model, Caller user, RegistryPermission permission)
    {
        await using var db = hub.Open();
        await db.GivenGrantAsync(db.RegisteredModels.Single(m => m.Name == model), user, permission);
    }

    private Task<Answer> SetPolicyAsync(string model, object policy) => hub.Ann.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/policies/set", new { name = model, stage = "Production", policy });
}
