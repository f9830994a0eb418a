using System.Text.Json.Nodes;

namespace MlHub.Web.Tests.Attacks;

/// <summary>Attacks 36, 40 and 41 on every search there is.</summary>
public sealed class SearchAttackTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private static readonly string[] Searches = ["runs", "experiments", "logged-models", "registered-models", "model-versions"];

    private static readonly string[] Hostile =
    [
        "attributes.user.PasswordHash LIKE 'A%'", "password_hash LIKE 'A%'", "attributes.SecurityStamp = 'x'", "attributes.secret_hash LIKE '%'", "attributes.model_id_key > 0",
        "experiment_grants.user_id = 'x'", "users.name = 'ada'", "name = 'x' UNION SELECT * FROM users", "name = 'x'; DROP TABLE runs; --", "name = 'x' /* */ OR 1 = 1", "1 = 1",
        "name = 'x' OR EXISTS (SELECT 1 FROM users)", "name = 'x\0'", "name LIKE '%a%a%a%a%a%a%a%a%a%'",
    ];

    public static TheoryData<string, string> Filters => new(Searches.SelectMany(s => Hostile.Append(new string('(', 64) + "name = 'x'" + new string(')', 64)).Select(f => (s, f))));

    public static TheoryData<string> All => [.. Searches];

    [Theory]
    [MemberData(nameof(Filters))]
    public async Task A_filter_reaches_only_what_a_search_lists(string search, string filter)
    {
        var answer = await SearchAsync(hub.Ann, search, filter, null, null);

        Assert.True((400, "INVALID_PARAMETER_VALUE") == (answer.Status, answer.Code), answer.Text);
        Assert.DoesNotContain("SQL", answer.Message!.Replace(filter, "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task So_does_an_order(string search)
    {
        foreach (var order in new[] { "token_hash", "attributes.PasswordHash", "name; DROP TABLE runs", "(SELECT 1)", "name DESC NULLS LAST", "1", "" })
        {
            var answer = await SearchAsync(hub.Ann, search, null, order, null);

            Assert.True((400, "INVALID_PARAMETER_VALUE") == (answer.Status, answer.Code), $"{order}: {answer.Text}");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Neither_filter_nor_order_nor_anothers_page_token_tells_a_stranger_anything(string search)
    {
        await GivenTwoOfEachAsync();
        using var stranger = await hub.ProgramOfAsync($"stranger{Guid.NewGuid():N}");
        var token = (string?)(await SearchAsync(hub.Ann, search, null, null, null, 1)).Json["next_page_token"];
        Assert.NotNull(token);
        var name = search == "runs" ? "run_name" : "name";

        Answer[] answers =
        [
            await SearchAsync(stranger, search, null, null, null),
            await SearchAsync(stranger, search, $"{name} LIKE '%'", null, null),
            await SearchAsync(stranger, search, $"{name} != 'x' OR NOT {name} = 'x'", null, null),
            await SearchAsync(stranger, search, null, OrderOf(search), null),
            await SearchAsync(stranger, search, null, null, token, 1),
        ];

        Assert.All(answers, a => Assert.Equal((200, "{}"), (a.Status, a.Text)));
    }

    private static string OrderOf(string search) => search == "runs" ? "start_time" : search == "logged-models" ? "creation_timestamp" : "name";

    private async Task GivenTwoOfEachAsync()
    {
        var (experiment, _) = await hub.GivenRunAsync();
        await hub.Ann.GivenRunAsync(experiment);
        await hub.GivenRunAsync();
        for (var i = 0; i < 2; i++)
        {
            await hub.Ann.GivenLoggedModelAsync(experiment, "logged");
            var name = $"m-{Guid.NewGuid():N}";
            await hub.Ann.CallAsync("/registered-models/create", new { name });
            await hub.Ann.CallAsync("/model-versions/create", new { name, source = "s3://bucket/m" });
        }
    }

    private async Task<Answer> SearchAsync(HttpClient who, string search, string? filter, string? order, string? token, int most = 100)
    {
        if (search is "registered-models" or "model-versions")
        {
            string Part(string name, string? value) => value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";
            return await who.GotAsync($"/{search}/search?max_results={most}{Part("filter", filter)}{Part("order_by", order)}{Part("page_token", token)}");
        }

        await using var db = hub.Open();
        var experiments = new JsonArray([.. db.Experiments.Select(e => e.Id).ToList().Where(id => id > 0).TakeLast(20).Select(id => JsonValue.Create($"{id}"))]);
        var body = new JsonObject { ["max_results"] = most, ["filter"] = filter, ["page_token"] = token };
        if (search != "experiments")
        {
            body["experiment_ids"] = experiments;
        }

        if (order is not null)
        {
            body["order_by"] = new JsonArray(search == "logged-models" ? new JsonObject { ["field_name"] = order } : JsonValue.Create(order));
        }

        return await who.PostedAsync($"/{search}/search", body.ToJsonString());
    }
}
