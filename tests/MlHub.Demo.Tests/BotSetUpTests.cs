using MlHub.Demo.Bots;
using MlHub.Demo.Mlflow;

namespace MlHub.Demo.Tests;

/// <summary>What the demo's administrator does for the bot and the chat.</summary>
public sealed class BotSetUpTests
{
    private static readonly Uri Receiver = new("http://127.0.0.1:7001/webhook"), Chat = new("http://127.0.0.1:7002/services/demo");

    [Fact]
    public async Task The_bot_gets_an_account_with_two_scopes_the_right_to_edit_and_a_webhook_and_the_chat_gets_one_too()
    {
        await using RecordingHub hub = await StartAsync("{}");

        BotAccess access = await AllowAsync(hub);

        Assert.Equal(
            [
                "POST api/2.0/mlhub/service-accounts/create",
                "GET databricks/registered-models/get?name=prices",
                "PATCH api/2.0/permissions/registered-models/17",
                "POST api/2.0/mlhub/service-accounts/create-token",
                "GET api/2.0/mlhub/webhooks/list",
                "POST api/2.0/mlhub/webhooks/create",
                "POST api/2.0/mlhub/webhooks/create",
            ],
            hub.Calls.Select(call => call.Name));
        Assert.Equal(["RegistryRead", "RegistryWrite"], hub.CallsTo("POST api/2.0/mlhub/service-accounts/create-token").Single().Json["scopes"]!.AsArray().Select(scope => (string?)scope));
        Assert.Equal("""{"access_control_list":[{"permission_level":"CAN_EDIT","service_principal_name":"model-gate"}]}""", hub.Calls[2].Json.ToJsonString());
        Assert.Equal(new BotAccess("mlh_pat_1", "whsec_1"), access);
        var webhook = hub.Calls[^2].Json;
        Assert.Equal((Receiver.AbsoluteUri, "mlflow", """["model_version.ready"]"""), ((string?)webhook["url"], (string?)webhook["target"], webhook["events"]!.ToJsonString()));
        var chat = hub.Calls[^1].Json;
        Assert.Equal((Chat.AbsoluteUri, "slack", """{"tag_key":"team","tag_value":"pricing"}"""), ((string?)chat["url"], (string?)chat["target"], chat["filter"]!.ToJsonString()));
    }

    [Fact]
    public async Task The_site_gets_an_account_that_may_ask_the_model_and_nothing_else()
    {
        await using RecordingHub hub = await StartAsync("{}");
        using var setUp = new BotSetUp(hub.Address, MlflowCredentials.Basic("ada", "pass"));

        string token = await setUp.AllowAskingAsync("prices", default);

        Assert.Equal("mlh_pat_1", token);
        Assert.Equal("""{"access_control_list":[{"permission_level":"CAN_READ","service_principal_name":"price-site"}]}""", hub.CallsTo("PATCH api/2.0/permissions/registered-models/17").Single().Json.ToJsonString());
        Assert.Equal("""["ServingInvoke"]""", hub.CallsTo("POST api/2.0/mlhub/service-accounts/create-token").Single().Json["scopes"]!.ToJsonString());
        Assert.Equal(4, hub.Calls.Count);
    }

    [Fact]
    public async Task Done_again_it_moves_the_webhooks_that_there_are_and_gives_the_bot_a_new_secret()
    {
        await using RecordingHub hub = await StartAsync("""{"webhooks":[{"id":"a","name":"model-gate"},{"id":"b","name":"#mlops"},{"id":"c","name":"another"}]}""");
        var usual = hub.Instead;
        hub.Instead = call => call.Name.EndsWith("service-accounts/create", StringComparison.Ordinal)
            ? (400, """{"error_code":"RESOURCE_ALREADY_EXISTS","message":"It is there"}""")
            : usual(call);

        BotAccess access = await AllowAsync(hub);

        Assert.Equal("whsec_2", access.Secret);
        Assert.Empty(hub.CallsTo("POST api/2.0/mlhub/webhooks/create"));
        Assert.Equal(
            [$$"""{"id":"a","url":"{{Receiver}}"}""", $$"""{"id":"b","url":"{{Chat}}"}"""],
            hub.CallsTo("PATCH api/2.0/mlhub/webhooks/update").Select(call => System.Text.Encoding.UTF8.GetString(call.Body)));
    }

    private static async Task<BotAccess> AllowAsync(RecordingHub hub)
    {
        using var setUp = new BotSetUp(hub.Address, MlflowCredentials.Basic("ada", "pass"));
        return await setUp.AllowAsync("prices", Receiver, Chat, default);
    }

    private static async Task<RecordingHub> StartAsync(string webhooks)
    {
        RecordingHub hub = await RecordingHub.StartAsync();
        hub.Instead = call => call.Name switch
        {
            "GET databricks/registered-models/get?name=prices" => (200, """{"registered_model_databricks":{"id":"17"}}"""),
            "POST api/2.0/mlhub/service-accounts/create-token" => (200, """{"id":"1","token":"mlh_pat_1"}"""),
            "GET api/2.0/mlhub/webhooks/list" => (200, webhooks),
            "POST api/2.0/mlhub/webhooks/create" => (200, """{"webhook":{},"secret":"whsec_1"}"""),
            "POST api/2.0/mlhub/webhooks/rotate-secret" => (200, """{"secret":"whsec_2"}"""),
            _ => null,
        };
        return hub;
    }
}
