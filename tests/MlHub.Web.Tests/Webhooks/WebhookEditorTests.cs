using AngleSharp.Dom;
using Bunit;
using MlHub.Access;
using MlHub.Registry;
using MlHub.Web.Webhooks;
using MlHub.Webhooks;

namespace MlHub.Web.Tests.Webhooks;

/// <summary>The form over a webhook, as an open page shows it.</summary>
public sealed class WebhookEditorTests : LivePage
{
    private const string Secret = ".secret code";

    [Fact]
    public async Task The_automation_reads_itself_back_and_the_example_follows_what_is_chosen()
    {
        var editor = await EditorAsync(await AdminAsync());
        Assert.Equal("When something happens (choose what), post to Slack.", Sentence(editor));

        Choose(editor, WebhookEvents.RequestCreated);
        editor.Find("#h-channel").Change("#mlops");
        editor.Find("#h-stage").Change("Production");
        editor.Find("[aria-label='Tag name']").Change("team");
        editor.Find("[aria-label='Tag value']").Change("pricing");

        Assert.Equal("When a request to Production is opened on a model tagged team=pricing, post to #mlops.", Sentence(editor));
        Assert.Contains("\"channel\": \"#mlops\"", editor.Find(".hook-example pre").TextContent, StringComparison.Ordinal);
        await TargetAsync(editor, "Databricks");
        Assert.StartsWith("When a request to Production is opened on a model", Sentence(editor), StringComparison.Ordinal);
        Assert.Contains("\"event\": \"TRANSITION_REQUEST_CREATED\"", editor.Find(".hook-example pre").TextContent, StringComparison.Ordinal);
        await TargetAsync(editor, "Template");
        editor.Find("#h-template").Input("{{ type | upcase }}");
        Assert.Equal("TRANSITION_REQUEST.CREATED", editor.Find(".hook-example pre").TextContent);
        editor.Find("#h-template").Input("{% include 'x' %}");
        Assert.Contains("template_error", editor.Find(".hook-example pre").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signed_webhook_shows_its_secret_once_and_a_refusal_keeps_what_was_typed()
    {
        await The<RegisteredModels>().CreateAsync(Ann, "prices", null, [], default);
        var editor = await EditorAsync(Ann, "prices");
        await TargetAsync(editor, "JSON");
        Choose(editor, WebhookEvents.VersionCreated);
        editor.Find("#h-name").Change("gate");
        editor.Find("#h-url").Change("https://127.0.0.1/hook");
        await editor.InvokeAsync(() => editor.Find("form").Submit());

        editor.WaitForAssertion(() => Assert.Contains("Invalid webhook URL", editor.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Equal("gate", editor.Find("#h-name").GetAttribute("value"));

        editor.Find("#h-url").Change("https://8.8.8.8/hook");
        await editor.InvokeAsync(() => editor.Find("form").Submit());

        editor.WaitForAssertion(() => Assert.StartsWith("whsec_", editor.Find(Secret).TextContent, StringComparison.Ordinal));
        var hook = Assert.Single((await The<MlHub.Webhooks.Webhooks>().ListAsync(Ann, new(Model: "prices"), 10, null, default)).Items).Hook;
        Assert.Equal(("gate", "https://8.8.8.8/hook", WebhookTarget.Mlflow), (hook.Name, hook.Url, hook.Target));
        Assert.EndsWith(hook.SecretHint!, editor.Find(Secret).TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_happen_to_one_model_is_not_offered_for_one()
    {
        await The<RegisteredModels>().CreateAsync(Ann, "prices", null, [], default);

        Assert.Empty((await EditorAsync(Ann, "prices")).FindAll("input[name='run.finished'], input[name='registered_model.created'], #h-experiment"));
        Assert.Equal(3, (await EditorAsync(await AdminAsync())).FindAll("input[name='run.finished'], input[name='registered_model.created'], #h-experiment").Count);
    }

    [Theory]
    [InlineData("a request to Staging is approved on a version in", false, "transition_request.approved")]
    [InlineData("When a version is registered or somebody comments on a version in Staging, post to Slack.", true, "model_version.created", "comment.created")]
    [InlineData("When a version moves to Staging, a request to Staging is opened or one of 2 other things happens, post to Slack.", true, "model_version.transitioned", "transition_request.created", "comment.created", "check.updated")]
    public void A_sentence_is_short_and_says_the_stage_once(string told, bool isWhole, params string[] events)
    {
        var form = new WebhookForm { Stage = "Staging" };
        form.Events.AddRange(events);

        var sentence = WebhookSentence.Of(form.ToWebhook(default), null);

        Assert.Equal(isWhole, sentence == told);
        Assert.Single(events.Length == 1 ? sentence.Split("Staging").Skip(1) : ["x"]);
    }

    private async Task<Caller> AdminAsync() => await Hub.GivenUserAsync($"ada{Guid.NewGuid():N}", isAdmin: true);

    private Task<IRenderedComponent<WebhookEditor>> EditorAsync(Caller who, string? model = null)
    {
        var editor = RenderAs<WebhookEditor>(who, p => p.Add(e => e.Model, model));
        editor.WaitForElement("form");
        return Task.FromResult(editor);
    }

    private static string Sentence(IRenderedComponent<WebhookEditor> editor) => editor.Find(".hook-sentence").TextContent;

    private static void Choose(IRenderedComponent<WebhookEditor> editor, string name) => editor.Find($"input[name='{name}']").Change(true);

    private static Task TargetAsync(IRenderedComponent<WebhookEditor> editor, string name) =>
        editor.InvokeAsync(() => editor.FindAll(".hook-target").Single(t => t.QuerySelector("b")!.TextContent == name).QuerySelector("input")!.Change("on"));
}
