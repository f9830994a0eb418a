using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Core.Tests.Reviews;
using MlHub.Events;
using MlHub.Registry;
using MlHub.Reviews;
using MlHub.Webhooks;

namespace MlHub.Core.Tests.Webhooks;

/// <summary>What webhooks are told of real events, from the operations that write them.</summary>
public sealed class WebhookNewsTests : IAsyncLifetime
{
    private ReviewScene _scene = null!;

    private static CancellationToken None => CancellationToken.None;
    private RegisteredModels Models => new(_scene.Database.Hub, _scene.Clock);
    private ModelVersions Versions => new(_scene.Database.Hub, _scene.Clock);

    public async ValueTask InitializeAsync() => _scene = await ReviewScene.CreateAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task A_request_and_its_approval_tell_each_family_in_its_words()
    {
        await Models.SetTagAsync(_scene.Mia, "prices", "team", "pricing", None);
        await _scene.GivenRequestAsync();
        await _scene.ApproveAsync(_scene.Cleo, archive: true);

        Assert.Equal(
            [
                "transition_request.created 2 to Production", "TRANSITION_REQUEST_CREATED 2 to Production", "TRANSITION_REQUEST_TO_PRODUCTION_CREATED 2 to Production",
                "transition_request.approved 2 to Production",
                "model_version.transitioned 2 to Production", "MODEL_VERSION_TRANSITIONED_STAGE 2 to Production", "MODEL_VERSION_TRANSITIONED_TO_PRODUCTION 2 to Production",
                "model_version.transitioned 1 to Archived", "MODEL_VERSION_TRANSITIONED_STAGE 1 to Archived", "MODEL_VERSION_TRANSITIONED_TO_ARCHIVED 1 to Archived",
            ],
            (await NewsAsync()).Where(n => n.Event != WebhookEvents.CheckUpdated).Select(n => $"{n.Event} {n.Row.Version} to {n.Stage}"));
    }

    [Fact]
    public async Task The_filter_holds_by_stage_and_by_a_tag_of_the_model()
    {
        await Models.SetTagAsync(_scene.Mia, "prices", "team", "pricing", None);
        await _scene.GivenRequestAsync();
        await _scene.GivenRequestAsync(Stage.Staging);
        var news = (await NewsAsync()).Where(n => n.Event == WebhookEvents.RequestCreated).ToList();

        Assert.Equal(2, news.Count);
        Assert.Equal(["Production"], Fitting(new(Stage: "production", TagKey: "team", TagValue: "pricing")));
        Assert.Equal(["Production", "Staging"], Fitting(new(TagKey: "team")));
        Assert.Empty(Fitting(new(TagKey: "team", TagValue: "fraud")));
        Assert.Empty(Fitting(new(Experiment: "1")));

        IEnumerable<string?> Fitting(WebhookFilter filter)
        {
            var hook = GivenWebhook.Of(WebhookTarget.Slack, WebhookEvents.RequestCreated);
            hook.Filter = filter.ToJson();
            return news.Where(n => n.IsFor(hook)).Select(n => n.Stage);
        }
    }

    [Fact]
    public async Task A_hook_of_one_model_hears_of_no_other_and_only_what_it_asked_for()
    {
        await _scene.GivenRequestAsync();
        var news = (await NewsAsync()).First(n => n.Event == WebhookEvents.RequestCreated);

        Assert.True(news.IsFor(GivenWebhook.Of(WebhookTarget.Mlflow, WebhookEvents.RequestCreated)));
        Assert.False(news.IsFor(GivenWebhook.Of(WebhookTarget.Mlflow, WebhookEvents.CommentCreated)));
        Assert.False(news.IsFor(HookOf(_scene.Model.Id + 1)));
        Assert.True(news.IsFor(HookOf(_scene.Model.Id)));

        static Webhook HookOf(long model) => new()
        {
            PublicId = "a",
            Family = WebhookFamily.Hub,
            Target = WebhookTarget.Mlflow,
            Name = "a",
            Url = "https://example.org",
            Status = WebhookStatus.Active,
            Events = [WebhookEvents.RequestCreated],
            ModelId = model,
            OwnerId = Guid.Empty,
            CreatedAt = default,
            UpdatedAt = default,
            SinceSeq = 0,
        };
    }

    [Fact]
    public async Task A_new_version_tells_MLflows_fields_and_that_it_is_ready()
    {
        await Models.CreateAsync(_scene.Mia, "fresh", "a model", [], None);
        await Versions.CreateAsync(_scene.Mia, Given("fresh", "s3://bucket/model", "first", ("team", "pricing")), None);
        var news = (await NewsAsync()).Where(n => n.ModelName == "fresh").ToList();

        Assert.Equal(["registered_model.created", "REGISTERED_MODEL_CREATED", "model_version.created", "model_version.ready", "MODEL_VERSION_CREATED"], news.Select(n => n.Event));
        Assert.Equal("""{"name":"fresh","tags":{},"description":"a model"}""", Data(news[0]));
        Assert.Equal("""{"name":"fresh","version":"1","source":"s3://bucket/model","run_id":null,"tags":{"team":"pricing"},"description":"first"}""", Data(news[2]));
        Assert.Equal(Data(news[2]), Data(news[3]));
    }

    [Fact]
    public async Task A_prompt_is_told_as_MLflow_tells_prompts()
    {
        await Models.CreateAsync(_scene.Mia, "greeting", null, [KeyValuePair.Create("mlflow.prompt.is_prompt", "true"), KeyValuePair.Create("team", "chat")], None);
        await Versions.CreateAsync(_scene.Mia, Given("greeting", "dummy-source", null, ("mlflow.prompt.text", "Hello {{name}}!"), ("tone", "warm")), None);
        await Versions.SetTagAsync(_scene.Mia, new("greeting", 1), "tone", "cold", None);
        var news = (await NewsAsync()).Where(n => n.ModelName == "greeting").ToList();

        Assert.Equal(["prompt.created", "prompt_version.created", "prompt_version_tag.set"], news.Select(n => n.Event));
        Assert.Equal("""{"name":"greeting","tags":{"team":"chat"},"description":null}""", Data(news[0]));
        Assert.Equal("""{"name":"greeting","version":"1","template":"Hello {{name}}!","tags":{"tone":"warm"},"description":null}""", Data(news[1]));
        Assert.Equal("""{"name":"greeting","version":"1","key":"tone","value":"cold"}""", Data(news[2]));
    }

    [Theory]
    [InlineData("Finished", "run.finished", "FINISHED")]
    [InlineData("Failed", "run.failed", "FAILED")]
    [InlineData("Killed", "run.failed", "KILLED")]
    [InlineData("Running", null, null)]
    public async Task A_run_is_told_when_it_ends(string status, string? told, string? state)
    {
        var row = HubEvent.Of(_scene.Ann, default, EventKinds.RunUpdated, "4f8a", experimentId: 7, before: new { status = "Running" }, after: new { status, endTime = 5L, name = "gb" });
        await using var db = _scene.Database.Hub.Open();
        var news = await WebhookNews.ReadAsync(db, 1, row, None);

        Assert.Equal(told is null ? [] : [told], news.Select(n => n.Event));
        if (told is not null)
        {
            Assert.Equal($$$"""{"run_id":"4f8a","run_name":"gb","experiment_id":"7","status":"{{{state}}}","end_time":5,"tags":{}}""", Data(news[0]));
            Assert.True(new WebhookFilter(Experiment: "7").Fits(news[0]));
            Assert.False(new WebhookFilter(Experiment: "8").Fits(news[0]));
        }
    }

    [Fact]
    public async Task Every_name_has_an_event_that_tells_it()
    {
        await using var db = _scene.Database.Hub.Open();
        await Models.CreateAsync(_scene.Mia, "greeting", null, [KeyValuePair.Create("mlflow.prompt.is_prompt", "true")], None);
        var prompt = await db.RegisteredModels.SingleAsync(m => m.Name == "greeting", None);
        var told = new List<string>();
        foreach (var name in WebhookEvents.All.Concat(DatabricksEvents.All))
        {
            var example = WebhookNews.ExampleOf(name, GivenWebhook.Noon).Row;
            var model = name.StartsWith("prompt", StringComparison.Ordinal) ? prompt.Id : _scene.Model.Id;
            var row = new HubEvent { At = example.At, Actor = "ana", Kind = example.Kind, Subject = example.Subject, Version = example.Version, ModelId = example.Kind.StartsWith("run", StringComparison.Ordinal) ? null : model, Before = example.Before, After = example.After };
            told.AddRange((await WebhookNews.ReadAsync(db, 1, row, None)).Select(n => n.Event).Where(n => n == name));
        }

        Assert.Equal(WebhookEvents.All.Concat(DatabricksEvents.All), told);
    }

    private static NewVersion Given(string model, string source, string? description, params (string Key, string Value)[] tags) =>
        new(model, source, null, null, null, description, [.. tags.Select(t => KeyValuePair.Create(t.Key, t.Value))]);

    private static string Data(WebhookNews news) => JsonNode.Parse(news.BodyFor(GivenWebhook.Of(WebhookTarget.Mlflow)))!["data"]!.ToJsonString();

    private async Task<List<WebhookNews>> NewsAsync()
    {
        await using var db = _scene.Database.Hub.Open();
        var told = new List<WebhookNews>();
        foreach (var row in await db.Events.AsNoTracking().OrderBy(e => e.Id).ToListAsync(None))
        {
            told.AddRange(await WebhookNews.ReadAsync(db, row.Id, row, None));
        }

        return told;
    }
}
