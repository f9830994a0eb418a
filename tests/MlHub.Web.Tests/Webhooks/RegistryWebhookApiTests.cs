using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace MlHub.Web.Tests.Webhooks;

/// <summary>Databricks' calls, field for field, and what its receivers get.</summary>
public sealed class RegistryWebhookApiTests(WebhookHub hub) : IClassFixture<WebhookHub>
{
    [Fact]
    public async Task A_webhook_of_a_model_is_made_changed_listed_and_deleted()
    {
        var model = await hub.GivenModelAsync();
        var made = await CreateAsync(hub.Ann, new
        {
            model_name = model,
            events = new[] { "MODEL_VERSION_CREATED", "TRANSITION_REQUEST_TO_PRODUCTION_CREATED" },
            description = "to the job",
            status = "TEST_MODE",
            http_url_spec = new { url = $"{hub.Receiver.Url}/crud", authorization = "Bearer xyz", secret = "s3cret-s3cret" },
        });
        var hook = made.Json["webhook"]!.AsObject();
        var id = (string)hook["id"]!;

        Assert.Equal(["id", "model_name", "events", "description", "status", "http_url_spec", "creation_timestamp", "last_updated_timestamp"], hook.Select(f => f.Key));
        Assert.Equal(("TEST_MODE", model), ((string)hook["status"]!, (string)hook["model_name"]!));
        Assert.Equal($$"""{"url":"{{hub.Receiver.Url}}/crud","enable_ssl_verification":true}""", hook["http_url_spec"]!.ToJsonString());
        Assert.DoesNotContain("xyz", made.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", made.Text, StringComparison.Ordinal);

        var changed = await hub.Ann.AskAsync(HttpMethod.Patch, $"{WebhookHub.Databricks}/update", new { id, status = "ACTIVE", events = new[] { "COMMENT_CREATED" } });
        Assert.Equal(("ACTIVE", "to the job", "COMMENT_CREATED"), (
            (string)changed.Json["webhook"]!["status"]!, (string)changed.Json["webhook"]!["description"]!, (string)changed.Json["webhook"]!["events"]![0]!));
        Assert.Equal([id], await ListedAsync(hub.Ann, $"?model_name={model}"));
        Assert.Equal([id], await ListedAsync(hub.Ann, $"?model_name={model}&events=MODEL_VERSION_CREATED&events=COMMENT_CREATED"));
        Assert.Empty(await ListedAsync(hub.Ann, $"?model_name={model}&events=MODEL_VERSION_CREATED"));

        Assert.Equal("{}", (await hub.Ann.AskAsync(HttpMethod.Delete, $"{WebhookHub.Databricks}/delete?id={id}")).Text);
        Assert.Empty(await ListedAsync(hub.Ann, $"?model_name={model}"));
    }

    [Fact]
    public async Task A_receiver_of_Databricks_verifies_what_it_gets()
    {
        var model = await hub.GivenModelAsync();
        await CreateAsync(hub.Ann, new { model_name = model, events = new[] { "MODEL_VERSION_TRANSITIONED_TO_STAGING" }, http_url_spec = new { url = $"{hub.Receiver.Url}/dbx", authorization = "Bearer xyz", secret = "shared" } });
        await hub.Ann.CallAsync("/model-versions/transition-stage", new { name = model, version = "1", stage = "Staging", archive_existing_versions = false });

        var got = (await hub.ReceivedAsync("/dbx"))[0];
        var body = JsonNode.Parse(got.Body)!;
        Assert.Equal(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes("shared"), got.Body)), got.Headers["X-Databricks-Signature"]);
        Assert.Equal("Bearer xyz", got.Headers["Authorization"]);
        Assert.Equal(["event", "webhook_id", "event_timestamp", "model_name", "version", "to_stage", "from_stage", "text"], body.AsObject().Select(f => f.Key));
        Assert.Equal($"Registered model '{model}' version 1 transitioned from None to Staging.", (string?)body["text"]);
    }

    [Fact]
    public async Task A_test_answers_the_status_under_both_names_and_needs_no_active_webhook()
    {
        var model = await hub.GivenModelAsync();
        var id = (string)(await CreateAsync(hub.Ann, new { model_name = model, events = new[] { "COMMENT_CREATED" }, status = "TEST_MODE", http_url_spec = new { url = $"{hub.Receiver.Url}/test" } })).Json["webhook"]!["id"]!;
        hub.Receiver.Answer = (context, _) => context.Response.WriteAsync("OK");

        var tested = await hub.Ann.AskAsync(HttpMethod.Post, $"{WebhookHub.Databricks}/test", new { id, @event = "COMMENT_CREATED" });

        Assert.Equal("""{"status_code":200,"status":200,"body":"OK"}""", tested.Text);
        Assert.Equal(400, (await hub.Ann.AskAsync(HttpMethod.Post, $"{WebhookHub.Databricks}/test", new { id, @event = "MODEL_VERSION_CREATED" })).Status);
    }

    [Fact]
    public async Task A_job_runs_on_a_configured_host_and_on_no_other()
    {
        var model = await hub.GivenModelAsync();
        var job = new { model_name = model, events = new[] { "MODEL_VERSION_CREATED" }, job_spec = new { job_id = "validate", access_token = "dapi-token", workspace_url = "runner" } };

        var made = (await CreateAsync(hub.Ann, job)).Json["webhook"]!;
        Assert.Equal("""{"job_id":"validate","workspace_url":"runner"}""", made["job_spec"]!.ToJsonString());
        Assert.Null(made["http_url_spec"]);
        var stored = (await hub.Ann.AskAsync(HttpMethod.Get, $"{WebhookHub.Own}/get?id={(string)made["id"]!}")).Json["webhook"]!;
        Assert.Equal(("http://127.0.0.1:9/start", "job", true), ((string)stored["url"]!, (string)stored["target"]!, (bool)stored["has_authorization"]!));

        var elsewhere = await CreateAsync(hub.Ann, job with { job_spec = job.job_spec with { workspace_url = "https://adb-1.azuredatabricks.net" } });
        Assert.Equal(
            (400, "The job host https://adb-1.azuredatabricks.net is not configured. Configured are: github, runner. An operator sets MlHub:Webhooks:Jobs:NAME to allow one."), (elsewhere.Status, elsewhere.Message));
        Assert.Equal(400, (await CreateAsync(hub.Ann, job with { job_spec = job.job_spec with { workspace_url = "github", job_id = "a/../../b" } })).Status);
        Assert.Equal(200, (await CreateAsync(hub.Ann, job with { job_spec = job.job_spec with { workspace_url = "github", job_id = "team/repository" } })).Status);
    }

    [Theory]
    [InlineData("""{"url":"{RECEIVER}/stolen","target":"mlflow"}""")]
    [InlineData("""{"url":"http://127.0.0.1:9/elsewhere","target":"mlflow"}""")]
    [InlineData("""{"url":"http://127.0.0.1:9/elsewhere"}""")]
    [InlineData("""{"job_host":"github","job_id":"a/b"}""")]
    public async Task A_token_is_never_shown_to_another_address_than_the_one_it_was_given_for(string change)
    {
        var model = await hub.GivenModelAsync();
        var id = (string)(await WebhookHub.MadeAsync(hub.Ann, new { model_name = model, name = "job", target = "job", job_host = "runner", job_id = "validate", events = new[] { "model_version.created" } }))["webhook"]!["id"]!;
        var before = (await hub.Ann.AskAsync(HttpMethod.Get, $"{WebhookHub.Own}/get?id={id}")).Json["webhook"]!;
        var wanted = JsonNode.Parse(change.Replace("{RECEIVER}", hub.Receiver.Url, StringComparison.Ordinal))!;
        wanted["id"] = id;

        var changed = await hub.Ann.AskAsync(HttpMethod.Patch, $"{WebhookHub.Own}/update", wanted.ToJsonString());

        Assert.True((bool)before["has_authorization"]!);
        Assert.Equal(200, changed.Status);
        var after = changed.Json["webhook"]!;
        Assert.True((string?)after["url"] == (string?)before["url"] || !(bool)after["has_authorization"]!, changed.Text);
    }

    [Theory]
    [InlineData("""{"events":["MODEL_VERSION_CREATED"]}""", "Exactly one of http_url_spec and job_spec is required.")]
    [InlineData("""{"events":["MODEL_VERSION_CREATED"],"http_url_spec":{"url":"https://8.8.8.8"},"job_spec":{"job_id":"1","access_token":"a"}}""", "Exactly one of http_url_spec and job_spec is required.")]
    [InlineData("""{"events":["REGISTERED_MODEL_CREATED"],"http_url_spec":{"url":"https://8.8.8.8"}}""", "REGISTERED_MODEL_CREATED does not happen to one model")]
    [InlineData("""{"events":[],"http_url_spec":{"url":"https://8.8.8.8"}}""", "'events'")]
    [InlineData("""{"events":["model_version.created"],"http_url_spec":{"url":"https://8.8.8.8"}}""", "is none of")]
    [InlineData("""{"events":["MODEL_VERSION_CREATED"],"http_url_spec":{"url":"gopher://8.8.8.8"}}""", "must be https")]
    [InlineData("""{"events":["MODEL_VERSION_CREATED"],"http_url_spec":{"url":"https://8.8.8.8","enable_ssl_verification":false}}""", "trusted_certificates")]
    [InlineData("""{"events":["MODEL_VERSION_CREATED"],"http_url_spec":{"url":"https://8.8.8.8","authorization":"Bearer a\r\nX: y"}}""", "control characters")]
    public async Task What_is_no_webhook_is_refused_by_what_is_wrong(string body, string told)
    {
        var message = JsonNode.Parse(body)!;
        message["model_name"] = await hub.GivenModelAsync();

        var refused = await CreateAsync(hub.Ann, message.ToJsonString());

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (refused.Status, refused.Code));
        Assert.Contains(told, refused.Message!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_the_registry_it_is_the_administrators_of_a_model_its_managers()
    {
        var model = await hub.GivenModelAsync();
        var body = new { events = new[] { "REGISTERED_MODEL_CREATED" }, http_url_spec = new { url = "https://8.8.8.8/registry" } };
        var id = (string)(await CreateAsync(hub.Ada, body)).Json["webhook"]!["id"]!;

        Assert.Equal(403, (await CreateAsync(hub.Ann, body)).Status);
        Assert.Equal(404, (await hub.Ann.AskAsync(HttpMethod.Delete, $"{WebhookHub.Databricks}/delete?id={id}")).Status);
        Assert.DoesNotContain(id, await ListedAsync(hub.Ann, ""));
        Assert.Contains(id, await ListedAsync(hub.Ada, ""));
        Assert.Equal(404, (await CreateAsync(hub.Bob, new { model_name = model, events = new[] { "COMMENT_CREATED" }, http_url_spec = new { url = "https://8.8.8.8/" } })).Status);
    }

    private static Task<Answer> CreateAsync(HttpClient who, object body) => who.AskAsync(HttpMethod.Post, $"{WebhookHub.Databricks}/create", body);

    private static async Task<List<string>> ListedAsync(HttpClient who, string query) =>
        [.. ((await who.AskAsync(HttpMethod.Get, $"{WebhookHub.Databricks}/list{query}")).Json["webhooks"] as JsonArray ?? []).Select(w => (string)w!["id"]!)];
}
