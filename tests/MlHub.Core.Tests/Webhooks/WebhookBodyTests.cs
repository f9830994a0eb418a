using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MlHub.Events;
using MlHub.Webhooks;

namespace MlHub.Core.Tests.Webhooks;

/// <summary>The exact bytes of each target.</summary>
public sealed class WebhookBodyTests
{
    private const string Request = WebhookEvents.RequestCreated;

    [Fact]
    public void MLflows_envelope() => Assert.Equal(
        """{"entity":"transition_request","action":"created","timestamp":"2020-05-19T03:30:29.343+00:00","data":{"name":"price","version":"3","id":"12","from_stage":"Staging","to_stage":"Production","creator":"ana","comment":"Better in every district."},"type":"transition_request.created","actor":"ana","link":"https://hub.example.org/models/price/versions/3"}""",
        Body(WebhookTarget.Mlflow, Request));

    [Theory]
    [InlineData("MODEL_VERSION_TRANSITIONED_STAGE", """{"event":"MODEL_VERSION_TRANSITIONED_STAGE","webhook_id":"c5596721253c4b429368cf6f4341b88a","event_timestamp":1589859029343,"model_name":"someModel","version":"3","to_stage":"Production","from_stage":"None","text":"Registered model 'someModel' version 3 transitioned from None to Production."}""")]
    [InlineData("MODEL_VERSION_TAG_SET", """{"event":"MODEL_VERSION_TAG_SET","webhook_id":"c5596721253c4b429368cf6f4341b88a","event_timestamp":1589859029343,"model_name":"someModel","version":"3","tags":[{"key":"validated","value":"true"}],"text":"ana set version tag(s) 'validated' => 'true' for registered model 'someModel' version 3."}""")]
    [InlineData("COMMENT_CREATED", """{"event":"COMMENT_CREATED","webhook_id":"c5596721253c4b429368cf6f4341b88a","event_timestamp":1589859029343,"model_name":"someModel","version":"3","comment":"Why is the error higher in winter?","text":"A user commented on registered model 'someModel' version 3."}""")]
    [InlineData("TRANSITION_REQUEST_TO_STAGING_CREATED", """{"event":"TRANSITION_REQUEST_TO_STAGING_CREATED","webhook_id":"c5596721253c4b429368cf6f4341b88a","event_timestamp":1589859029343,"model_name":"someModel","version":"3","to_stage":"Staging","from_stage":"Staging","text":"ana requested a stage transition of registered model 'someModel' version 3 from Staging to Staging."}""")]
    [InlineData("REGISTERED_MODEL_CREATED", """{"event":"REGISTERED_MODEL_CREATED","webhook_id":"c5596721253c4b429368cf6f4341b88a","event_timestamp":1589859029343,"model_name":"someModel","text":"ana created registered model 'someModel'."}""")]
    public void Databricks_flat_body(string name, string expected) => Assert.Equal(expected, Body(WebhookTarget.Databricks, name, model: "someModel"));

    [Fact]
    public void Slacks_message_with_the_link_to_the_review() => Assert.Equal(
        """{"text":"ana asks to move price version 3 to Production: “Better in every district.”","blocks":[{"type":"section","text":{"type":"mrkdwn","text":":eyes: ana asks to move price version 3 to Production: “Better in every district.”","verbatim":true}},{"type":"section","text":{"type":"mrkdwn","text":"<https://hub.example.org/models/price/versions/3|Review version 3>","verbatim":true}}],"unfurl_links":false,"channel":"#mlops"}""",
        Body(WebhookTarget.Slack, Request, h => h.Options = new WebhookChoices(Channel: "#mlops").ToJson()));

    [Theory]
    [InlineData("deployment.requested", ":rocket: ana asks for Production of price on edge", """{"name":"price","target":"edge","requested_version":"Production","creator":"ana"}""")]
    [InlineData("deployment.done", ":white_check_mark: price version 3 is on edge", """{"name":"price","version":"3","target":"edge","requested_version":"Production"}""")]
    [InlineData("deployment.failed", ":x: price could not be brought to edge: The server answered 507 to POST models: no space left on device",
        """{"name":"price","version":"2","target":"edge","requested_version":"Production","reason":"The server answered 507 to POST models: no space left on device"}""")]
    [InlineData("deployment.removed", ":wastebasket: price is no longer on edge", """{"name":"price","target":"edge","requested_version":"Production"}""")]
    [InlineData("batch_job.created", ":package: ana began to score houses.csv with Production of price",
        """{"name":"price","job_id":"0199e2a4-5b7c-7d1e-8f20-314253647586","endpoint":"Production","source":"houses.csv"}""")]
    public void What_happens_to_a_served_model_in_a_chat_and_as_data(string name, string sentence, string data)
    {
        Assert.Equal(sentence, (string?)JsonNode.Parse(Body(WebhookTarget.Slack, name))!["blocks"]![0]!["text"]!["text"]);
        Assert.Equal(data, JsonNode.Parse(Body(WebhookTarget.Mlflow, name))!["data"]!.ToJsonString());
    }

    [Fact]
    public void Teams_card() => Assert.Equal(
        """{"type":"message","attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","contentUrl":null,"content":{"$schema":"http://adaptivecards.io/schemas/adaptive-card.json","type":"AdaptiveCard","version":"1.4","body":[{"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"ana asks to move price version 3 to Production: “Better in every district.”","size":"Medium"}]},{"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"transition_request.created","size":"Small"}]}],"actions":[{"type":"Action.OpenUrl","title":"Review version 3","url":"https://hub.example.org/models/price/versions/3"}]}}]}""",
        Body(WebhookTarget.Teams, Request));

    [Fact]
    public void GitHubs_dispatch_has_the_envelope_as_its_payload()
    {
        var body = JsonNode.Parse(Body(WebhookTarget.GitHub, Request, h => h.Options = new WebhookChoices(EventType: "review").ToJson()))!;

        Assert.Equal("review", (string?)body["event_type"]);
        Assert.Equal(Body(WebhookTarget.Mlflow, Request), body["client_payload"]!.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.True(body["client_payload"]!.AsObject().Count <= 10, "GitHub takes ten fields.");
        Assert.Equal(Request, (string?)JsonNode.Parse(Body(WebhookTarget.GitHub, Request))!["event_type"]);
    }

    [Fact]
    public void A_pipeline_gets_the_envelope_as_a_parameter()
    {
        var body = JsonNode.Parse(Body(WebhookTarget.AzureDevOps, Request, h => h.Options = new WebhookChoices(Ref: "refs/heads/main").ToJson()))!;

        Assert.Equal("refs/heads/main", (string?)body["resources"]!["repositories"]!["self"]!["refName"]);
        Assert.Equal(Body(WebhookTarget.Mlflow, Request), (string?)body["templateParameters"]!["mlhub_event"]);
    }

    [Fact]
    public void A_job_gets_Databricks_payload_in_its_parameter()
    {
        var body = JsonNode.Parse(Body(WebhookTarget.Job, DatabricksEvents.CommentCreated, h => h.Options = new WebhookChoices(JobKind: JobKind.MLproject, JobId: "validate").ToJson()))!;

        Assert.Equal("validate", (string?)body["entry_point"]);
        Assert.Equal("COMMENT_CREATED", (string?)JsonNode.Parse((string)body["parameters"]!["event_message"]!)!["event"]);
    }

    [Fact]
    public void Nobodys_text_calls_or_links_in_Slack()
    {
        var body = Encoding.UTF8.GetString(Commented("<!channel> <@U1> <https://evil.example|click> & co").BodyFor(GivenWebhook.Of(WebhookTarget.Slack), GivenWebhook.Links));

        Assert.Contains("&lt;!channel&gt; &lt;@U1&gt; &lt;https://evil.example|click&gt; &amp; co", body, StringComparison.Ordinal);
        Assert.DoesNotContain("<!channel>", body, StringComparison.Ordinal);
        Assert.DoesNotContain("<@U1>", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(WebhookTarget.Mlflow)]
    [InlineData(WebhookTarget.Databricks)]
    [InlineData(WebhookTarget.Slack)]
    [InlineData(WebhookTarget.Teams)]
    [InlineData(WebhookTarget.GitHub)]
    [InlineData(WebhookTarget.AzureDevOps)]
    [InlineData(WebhookTarget.Job)]
    [InlineData(WebhookTarget.Template)]
    public void No_body_is_longer_than_a_payload_may_be(WebhookTarget target)
    {
        foreach (var text in new[] { new string('x', 60_000), string.Concat(Enumerable.Repeat("\u0001", 60_000)), string.Concat(Enumerable.Repeat("😀", 30_000)) })
        {
            var hook = GivenWebhook.Of(target);
            hook.Template = "{{ data.comment }}";
            var body = Commented(text, target is WebhookTarget.Databricks or WebhookTarget.Job ? DatabricksEvents.CommentCreated : WebhookEvents.CommentCreated).BodyFor(hook, GivenWebhook.Links);

            Assert.InRange(body.Length, 20, Limits.WebhookPayload);
            Assert.NotNull(JsonNode.Parse(body));
        }
    }

    [Fact]
    public void A_thin_envelope_says_so()
    {
        var body = JsonNode.Parse(Commented(new string('x', 60_000)).BodyFor(GivenWebhook.Of(WebhookTarget.Mlflow)))!;

        Assert.True((bool)body["truncated"]!);
        Assert.Equal(300, ((string)body["data"]!["comment"]!).Length);
        Assert.Equal("price", (string?)body["data"]!["name"]);
    }

    [Fact]
    public void Without_an_address_of_the_hub_nothing_is_linked()
    {
        var links = GivenWebhook.Links with { Hub = () => null };

        Assert.DoesNotContain("http", Encoding.UTF8.GetString(WebhookNews.ExampleOf(Request, GivenWebhook.Noon).BodyFor(GivenWebhook.Of(WebhookTarget.Slack), links)), StringComparison.Ordinal);
    }

    private static string Body(WebhookTarget target, string name, Action<Webhook>? with = null, string? model = null)
    {
        var hook = GivenWebhook.Of(target, name);
        with?.Invoke(hook);
        return Encoding.UTF8.GetString(WebhookNews.ExampleOf(name, GivenWebhook.Noon, model).BodyFor(hook, GivenWebhook.Links));
    }

    private static WebhookNews Commented(string text, string name = WebhookEvents.CommentCreated) => new(
        name, "price/3", 5,
        new HubEvent { At = GivenWebhook.Noon, Actor = "ana", Kind = EventKinds.CommentCreated, Subject = "price/3", Version = 3, After = JsonSerializer.Serialize(new { id = "c", text }) }, "price");
}
