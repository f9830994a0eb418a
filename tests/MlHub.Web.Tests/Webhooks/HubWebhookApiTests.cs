using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using MlHub.Webhooks;

namespace MlHub.Web.Tests.Webhooks;

/// <summary>MlHub's own calls: every target, the secret shown once, and the delivery log.</summary>
public sealed class HubWebhookApiTests(WebhookHub hub) : IClassFixture<WebhookHub>
{
    private const string Own = WebhookHub.Own;

    [Fact]
    public async Task An_automation_posts_a_request_to_Production_of_a_tagged_model_to_a_chat_and_nothing_else()
    {
        var made = await WebhookHub.MadeAsync(hub.Ada, new
        {
            name = "requests to #mlops",
            target = "slack",
            url = $"{hub.Receiver.Url}/slack",
            channel = "#mlops",
            events = new[] { "transition_request.created" },
            filter = new { stage = "Production", tag_key = "team", tag_value = "pricing" },
        });
        var (tagged, plain) = (await hub.GivenModelAsync(), $"plain-{Guid.NewGuid():N}");
        await hub.Ann.CallAsync("/registered-models/create", new { name = plain });
        await hub.Ann.CallAsync("/model-versions/create", new { name = plain, source = "s3://bucket/model" });
        foreach (var (model, stage) in new[] { (plain, "Production"), (tagged, "Staging"), (tagged, "Production") })
        {
            await hub.Ann.CallAsync("/transition-requests/create", new { name = model, version = "1", stage, comment = "<!channel> please" });
        }

        var got = await hub.ReceivedAsync("/slack");
        var message = JsonNode.Parse(Assert.Single(got).Body)!;
        Assert.Equal($"ann asks to move {tagged} version 1 to Production: “&lt;!channel&gt; please”", (string?)message["text"]);
        Assert.Equal($"<https://hub.example.org/models/{tagged}/versions/1|Review version 1>", (string?)message["blocks"]![1]!["text"]!["text"]);
        Assert.Equal("#mlops", (string?)message["channel"]);
        Assert.Null(made["secret"]);
    }

    [Fact]
    public async Task The_secret_is_answered_once_and_a_rotation_signs_with_both()
    {
        var made = await WebhookHub.MadeAsync(hub.Ann, new { model_name = await hub.GivenModelAsync(), name = "own", url = $"{hub.Receiver.Url}/rotated", events = new[] { "comment.created" } });
        var (id, secret) = ((string)made["webhook"]!["id"]!, (string)made["secret"]!);

        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        Assert.Equal(32, Convert.FromBase64String(secret["whsec_".Length..]).Length);
        var read = (await hub.Ann.AskAsync(HttpMethod.Get, $"{Own}/get?id={id}"));
        Assert.DoesNotContain(secret, read.Text, StringComparison.Ordinal);
        Assert.Equal((true, secret[^4..]), ((bool)read.Json["webhook"]!["has_secret"]!, (string)read.Json["webhook"]!["secret_hint"]!));

        var rotated = (string)(await hub.Ann.AskAsync(HttpMethod.Post, $"{Own}/rotate-secret", new { id, overlap_hours = 1 })).Json["secret"]!;
        await hub.Ann.AskAsync(HttpMethod.Post, $"{Own}/test", new { id });

        Assert.NotEqual(secret, rotated);
        Assert.Equal(2, (await hub.ReceivedAsync("/rotated"))[0].Headers["webhook-signature"].Split(' ').Length);
        Assert.Equal(400, (await hub.Ann.AskAsync(HttpMethod.Post, $"{Own}/rotate-secret", new { id, overlap_hours = 1000 })).Status);
        await using var db = hub.Open();
        var stored = await db.Webhooks.SingleAsync(w => w.PublicId == id);
        Assert.DoesNotContain(rotated, $"{stored.SealedSecret}{stored.SealedPreviousSecret}{string.Concat(db.Events.Where(e => e.Subject == id).Select(e => e.After))}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_tells_a_failure_and_sending_it_again_delivers_under_the_same_id()
    {
        var model = await hub.GivenModelAsync();
        var isBroken = true;
        hub.Receiver.Answer = async (context, got) =>
        {
            context.Response.StatusCode = got.Path == "/log" && isBroken ? 503 : 200;
            await context.Response.WriteAsync(isBroken ? "out of order" : "thanks");
        };
        var id = (string)(await WebhookHub.MadeAsync(hub.Ann, new { model_name = model, name = "log", url = $"{hub.Receiver.Url}/log", events = new[] { "comment.created" }, authorization = "Bearer xyz" }))["webhook"]!["id"]!;
        await hub.Ann.CallAsync("/comments/create", new { name = model, version = "1", comment = "hello" });

        var delivery = await Eventually.GetAsync(async () => (await LogAsync(id)).FirstOrDefault(), d => (int?)d?["response_status"] == 503);
        var details = await hub.Ann.AskAsync(HttpMethod.Get, $"{Own}/delivery?id={id}&delivery_id={(string)delivery!["delivery_id"]!}");
        Assert.Equal(("comment.created", $"{model}/1", "waiting"), ((string)delivery["event"]!, (string)delivery["subject"]!, (string)delivery["state"]!));
        Assert.Equal("hello", (string?)JsonNode.Parse((string)details.Json["body"]!)!["data"]!["comment"]);
        Assert.Equal((503, "out of order"), ((int)details.Json["attempts"]![0]!["response_status"]!, (string)details.Json["attempts"]![0]!["response_body"]!));
        Assert.DoesNotContain("xyz", details.Text, StringComparison.Ordinal);
        Assert.Equal("failing", (string?)(await hub.Ann.AskAsync(HttpMethod.Get, $"{Own}/get?id={id}")).Json["webhook"]!["health"]!["state"]);
        Assert.Empty(await LogAsync(id, "&state=delivered"));
        Assert.Empty(await LogAsync(id, "&event=check.updated"));
        Assert.Empty(await LogAsync(id, "&to=1"));
        Assert.Single(await LogAsync(id, "&status=503"));

        isBroken = false;
        Assert.Equal("""{"queued":1}""", (await hub.Ann.AskAsync(HttpMethod.Post, $"{Own}/redeliver", new { id, delivery_id = (string)delivery["delivery_id"]! })).Text);
        await Eventually.GetAsync(async () => await LogAsync(id, "&state=delivered"), log => log.Count == 1);
        var received = await hub.ReceivedAsync("/log", 2);
        Assert.Single(received.Select(r => r.Id).Distinct());
        Assert.Equal("""{"queued":0}""", (await hub.Ann.AskAsync(HttpMethod.Post, $"{Own}/redeliver-failed", new { id, since = 0 })).Text);
        Assert.Equal(404, (await hub.Bob.AskAsync(HttpMethod.Get, $"{Own}/deliveries?id={id}")).Status);
    }

    [Theory]
    [InlineData("template", "{% include 'x' %}", "template")]
    [InlineData("template", "{{ (1..2000000000) | size }}", "range")]
    [InlineData("template", "", "template")]
    [InlineData("filter.stage", "Live", "filter.stage")]
    [InlineData("trusted_certificates", "no certificate", "PEM")]
    [InlineData("target", "pager", "target")]
    [InlineData("channel", "#a\r\nb", "channel")]
    [InlineData("name", "", "name")]
    public async Task What_is_no_webhook_is_refused_by_its_field(string field, string value, string told)
    {
        var body = JsonNode.Parse("""{"name":"t","target":"template","template":"{}","url":"https://8.8.8.8/","events":["comment.created"]}""")!;
        body["model_name"] = await hub.GivenModelAsync();
        Assert.Equal(200, (await hub.Ann.AskAsync(HttpMethod.Post, $"{Own}/create", body.ToJsonString())).Status);
        if (field == "filter.stage")
        {
            body["filter"] = new JsonObject { ["stage"] = value };
        }
        else
        {
            body[field] = value;
        }

        var refused = await hub.Ann.AskAsync(HttpMethod.Post, $"{Own}/create", body.ToJsonString());

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (refused.Status, refused.Code));
        Assert.Contains(told, refused.Message!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_sent_stays_and_enabling_again_forgets_the_failures()
    {
        var id = (string)(await WebhookHub.MadeAsync(hub.Ann, new { model_name = await hub.GivenModelAsync(), name = "a", description = "b", url = "https://8.8.8.8/x", events = new[] { "comment.created" }, filter = new { stage = "Staging" } }))["webhook"]!["id"]!;
        await using (var db = hub.Open())
        {
            await db.Webhooks.Where(w => w.PublicId == id).ExecuteUpdateAsync(w => w.SetProperty(x => x.Status, WebhookStatus.Disabled).SetProperty(x => x.FailuresInARow, 9).SetProperty(x => x.DisabledReason, "gone"));
        }

        var disabled = (await hub.Ann.AskAsync(HttpMethod.Get, $"{Own}/get?id={id}")).Json["webhook"]!;
        var enabled = (await hub.Ann.AskAsync(HttpMethod.Patch, $"{Own}/update", new { id, status = "ACTIVE", description = "" })).Json["webhook"]!;

        await using (var db = hub.Open())
        {
            Assert.Equal(hub.AnnAsCaller.Id, (await db.Webhooks.SingleAsync(w => w.PublicId == id)).OwnerId);
        }

        await hub.Ann.AskAsync(HttpMethod.Patch, $"{Own}/update", new { id, status = "DISABLED" });
        await hub.Ada.AskAsync(HttpMethod.Patch, $"{Own}/update", new { id, status = "ACTIVE" });
        await using (var db = hub.Open())
        {
            Assert.Equal(hub.AdaAsCaller.Id, (await db.Webhooks.SingleAsync(w => w.PublicId == id)).OwnerId);
        }

        Assert.Equal("""{"state":"disabled","failures_in_a_row":9,"disabled_reason":"gone"}""", disabled["health"]!.ToJsonString());
        Assert.Equal("""{"state":"new","failures_in_a_row":0}""", enabled["health"]!.ToJsonString());
        Assert.Equal(("a", null, "https://8.8.8.8/x", "Staging", true), (
            (string)enabled["name"]!, (string?)enabled["description"], (string)enabled["url"]!, (string)enabled["filter"]!["stage"]!, (bool)enabled["has_secret"]!));
    }

    [Fact]
    public async Task A_model_has_no_more_than_a_hundred()
    {
        var model = await hub.GivenModelAsync();
        await using (var db = hub.Open())
        {
            var id = await db.RegisteredModels.Where(m => m.Name == model).Select(m => m.Id).SingleAsync();
            db.AddRange(Enumerable.Range(0, Limits.WebhooksPerModel).Select(i => new Webhook
            {
                PublicId = $"{Guid.NewGuid():N}",
                Family = WebhookFamily.Hub,
                Target = WebhookTarget.Mlflow,
                Name = $"{i}",
                Url = "https://8.8.8.8/",
                Status = WebhookStatus.Disabled,
                Events = ["comment.created"],
                ModelId = id,
                OwnerId = hub.AnnAsCaller.Id,
                CreatedAt = default,
                UpdatedAt = default,
                SinceSeq = 0,
            }));
            await db.SaveChangesAsync();
        }

        var refused = await hub.Ann.AskAsync(HttpMethod.Post, $"{Own}/create", new { model_name = model, name = "one more", url = "https://8.8.8.8/", events = new[] { "comment.created" } });

        Assert.Equal((400, true), (refused.Status, refused.Message!.Contains("100", StringComparison.Ordinal)));
        Assert.Equal(100, (await hub.Ann.AskAsync(HttpMethod.Get, $"{Own}/list?model_name={model}")).Json["webhooks"]!.AsArray().Count);
        var page = (await hub.Ann.AskAsync(HttpMethod.Get, $"{Own}/list?model_name={model}&max_results=60")).Json;
        Assert.Equal(40, (await hub.Ann.AskAsync(HttpMethod.Get, $"{Own}/list?model_name={model}&max_results=60&page_token={(string)page["next_page_token"]!}")).Json["webhooks"]!.AsArray().Count);
    }

    private async Task<List<JsonNode>> LogAsync(string id, string query = "") =>
        [.. ((await hub.Ann.AskAsync(HttpMethod.Get, $"{Own}/deliveries?id={id}{query}")).Json["deliveries"] as JsonArray ?? []).Select(d => d!)];
}
