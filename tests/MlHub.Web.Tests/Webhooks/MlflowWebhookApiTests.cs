using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace MlHub.Web.Tests.Webhooks;

/// <summary>MLflow 3's calls, field for field, and what its receivers get.</summary>
public sealed class MlflowWebhookApiTests(WebhookHub hub) : IClassFixture<WebhookHub>
{
    private const string Secret = "my-secret $PATH ${AWS_SECRET} %ENV% env:X";

    [Fact]
    public async Task A_webhook_is_made_read_changed_listed_and_deleted()
    {
        var made = await hub.Ada.AskAsync(HttpMethod.Post, WebhookHub.Mlflow, new
        {
            name = "gate",
            description = "tests versions",
            url = $"{hub.Receiver.Url}/crud",
            events = new[] { new { entity = "MODEL_VERSION", action = "CREATED" }, new { entity = "MODEL_VERSION_TAG", action = "SET" } },
            secret = Secret,
            status = "ACTIVE",
        });
        var hook = made.Json["webhook"]!.AsObject();
        var id = (string)hook["webhook_id"]!;

        Assert.Equal(["webhook_id", "name", "description", "url", "events", "status", "creation_timestamp", "last_updated_timestamp"], hook.Select(f => f.Key));
        Assert.Equal(
            $$"""{"name":"gate","description":"tests versions","url":"{{hub.Receiver.Url}}/crud","events":[{"entity":"MODEL_VERSION","action":"CREATED"},{"entity":"MODEL_VERSION_TAG","action":"SET"}],"status":"ACTIVE"}""",
            Without(hook, "webhook_id", "creation_timestamp", "last_updated_timestamp"));
        Assert.DoesNotContain("secret", made.Text, StringComparison.Ordinal);

        var changed = await hub.Ada.AskAsync(HttpMethod.Patch, $"{WebhookHub.Mlflow}/{id}", new { status = "DISABLED", name = "gate 2" });
        Assert.Equal(("DISABLED", "gate 2", "tests versions", 2), (
            (string)changed.Json["webhook"]!["status"]!, (string)changed.Json["webhook"]!["name"]!, (string)changed.Json["webhook"]!["description"]!, changed.Json["webhook"]!["events"]!.AsArray().Count));
        Assert.Equal(changed.Text, (await hub.Ada.AskAsync(HttpMethod.Get, $"{WebhookHub.Mlflow}/{id}")).Text);

        var listed = (await hub.Ada.AskAsync(HttpMethod.Get, $"{WebhookHub.Mlflow}?max_results=1000")).Json["webhooks"]!.AsArray();
        Assert.Contains(listed, w => (string?)w!["webhook_id"] == id);

        Assert.Equal("{}", (await hub.Ada.AskAsync(HttpMethod.Delete, $"{WebhookHub.Mlflow}/{id}")).Text);
        var gone = await hub.Ada.AskAsync(HttpMethod.Get, $"{WebhookHub.Mlflow}/{id}");
        Assert.Equal((404, "RESOURCE_DOES_NOT_EXIST"), (gone.Status, gone.Code));
    }

    [Fact]
    public async Task A_receiver_of_MLflows_verifies_what_it_gets_and_the_secret_is_taken_literally()
    {
        await GivenAsync("/signed", [("model_version", "created")], Secret);
        var model = await hub.GivenModelAsync();

        var got = (await Eventually.GetAsync(() => hub.ReceivedAsync("/signed"), all => all.Any(r => r.Text.Contains(model, StringComparison.Ordinal)))).First(r => r.Text.Contains(model, StringComparison.Ordinal));
        var signed = $"{got.Headers["X-MLflow-Delivery-Id"]}.{got.Headers["X-MLflow-Timestamp"]}.{got.Text}";
        Assert.Equal($"v1,{Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(signed)))}", got.Headers["X-MLflow-Signature"]);
        var body = JsonNode.Parse(got.Body)!;
        Assert.Equal(("model_version", "created", "model_version.created"), ((string)body["entity"]!, (string)body["action"]!, (string)body["type"]!));
        Assert.Equal($$"""{"name":"{{model}}","version":"1","source":"s3://bucket/model","run_id":null,"tags":{},"description":null}""", body["data"]!.ToJsonString());
        Assert.Equal($"https://hub.example.org/models/{model}/versions/1", (string?)body["link"]);
        Assert.True((long)body["sequence"]! > 0);
    }

    [Fact]
    public async Task A_test_tells_what_the_receiver_answered()
    {
        var id = await GivenAsync("/tested", [("model_version", "created"), ("registered_model", "created")]);
        hub.Receiver.Answer = async (context, got) =>
        {
            context.Response.StatusCode = got.Path == "/tested" && got.Text.Contains("registered_model", StringComparison.Ordinal) ? 500 : 200;
            await context.Response.WriteAsync("seen");
        };

        var first = await hub.Ada.AskAsync(HttpMethod.Post, $"{WebhookHub.Mlflow}/{id}/test", new { });
        var second = await hub.Ada.AskAsync(HttpMethod.Post, $"{WebhookHub.Mlflow}/{id}/test", new { @event = new { entity = "REGISTERED_MODEL", action = "CREATED" } });
        var other = await hub.Ada.AskAsync(HttpMethod.Post, $"{WebhookHub.Mlflow}/{id}/test", new { @event = new { entity = "PROMPT", action = "CREATED" } });

        Assert.Equal("""{"result":{"success":true,"response_status":200,"response_body":"seen"}}""", first.Text);
        Assert.Equal("""{"result":{"success":false,"response_status":500,"response_body":"seen","error_message":"The receiver answered 500."}}""", second.Text);
        Assert.Equal(400, other.Status);
    }

    [Theory]
    [InlineData("url", "\"http://10.0.0.1/x\"")]
    [InlineData("url", "\"https://user:word@example.com/x\"")]
    [InlineData("url", "\"https://169.254.169.254/x\"")]
    [InlineData("url", "\"https://example.com/x\\r\\nX: y\"")]
    [InlineData("url", "\"ftp://example.com/x\"")]
    [InlineData("name", "\"a\\r\\nX: y\"")]
    [InlineData("secret", "\"a\\nb\"")]
    [InlineData("secret", "\"whsec_no base64!\"")]
    [InlineData("events", "[]")]
    [InlineData("events", """[{"entity":"MODEL_VERSION","action":"EXPLODED"}]""")]
    [InlineData("events", """[null]""")]
    [InlineData("status", "\"TEST_MODE\"")]
    [InlineData("status", "\"DELETED\"")]
    public async Task What_is_no_webhook_is_refused(string field, string value)
    {
        var body = JsonNode.Parse("""{"name":"gate","url":"https://8.8.8.8/x","events":[{"entity":"MODEL_VERSION","action":"CREATED"}]}""")!;
        Assert.Equal(200, (await hub.Ada.AskAsync(HttpMethod.Post, WebhookHub.Mlflow, body.ToJsonString())).Status);
        body[field] = JsonNode.Parse(value);

        var refused = await hub.Ada.AskAsync(HttpMethod.Post, WebhookHub.Mlflow, body.ToJsonString());

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (refused.Status, refused.Code));
    }

    [Fact]
    public async Task It_is_for_administrators_and_for_what_this_call_made()
    {
        var id = await GivenAsync("/mine", [("model_version", "created")]);
        var model = await hub.GivenModelAsync();
        var own = (string)(await WebhookHub.MadeAsync(hub.Ada, new { name = "own", url = $"{hub.Receiver.Url}/own", events = new[] { "check.updated" } }))["webhook"]!["id"]!;

        Assert.Equal(403, (await hub.Ann.AskAsync(HttpMethod.Get, WebhookHub.Mlflow)).Status);
        Assert.Equal(403, (await hub.Ann.AskAsync(HttpMethod.Get, $"{WebhookHub.Mlflow}/{id}")).Status);
        Assert.Equal(404, (await hub.Ada.AskAsync(HttpMethod.Get, $"{WebhookHub.Mlflow}/{own}")).Status);
        Assert.Equal(404, (await hub.Ada.AskAsync(HttpMethod.Post, $"{WebhookHub.Mlflow}/{own}/test", new { })).Status);
        Assert.Equal(200, (await hub.Ada.AskAsync(HttpMethod.Get, $"{WebhookHub.Own}/get?id={id}")).Status);
        Assert.NotNull(model);
    }

    private async Task<string> GivenAsync(string path, (string Entity, string Action)[] events, string? secret = null)
    {
        var made = await hub.Ada.AskAsync(HttpMethod.Post, WebhookHub.Mlflow, new
        {
            name = path,
            url = hub.Receiver.Url + path,
            events = events.Select(e => new { entity = e.Entity.ToUpperInvariant(), action = e.Action.ToUpperInvariant() }),
            secret,
        });
        return (string)made.Json["webhook"]!["webhook_id"]!;
    }

    private static string Without(JsonObject hook, params string[] fields) => new JsonObject(hook.Where(f => !fields.Contains(f.Key)).Select(f => KeyValuePair.Create(f.Key, f.Value?.DeepClone()))).ToJsonString();
}
