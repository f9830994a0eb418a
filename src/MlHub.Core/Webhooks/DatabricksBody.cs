using System.Text.Json.Nodes;

namespace MlHub.Webhooks;

/// <summary>The flat body of Databricks' registry webhooks; its <c>text</c> is a sentence, so that chat programs take it as it is.</summary>
internal static class DatabricksBody
{
    public static byte[] Write(WebhookNews news, Webhook webhook) => Envelope.Fitting(longest => Envelope.Bytes(Of(news, webhook.PublicId, longest)));

    /// <param name="longest">How long texts may be.</param>
    public static JsonObject Of(WebhookNews news, string webhookId, int longest)
    {
        var facts = news.Data.Facts;
        var body = new JsonObject
        {
            ["event"] = news.Event,
            ["webhook_id"] = webhookId,
            ["event_timestamp"] = news.Row.At.ToUnixTimeMilliseconds(),
            ["model_name"] = news.ModelName,
        };
        if (news.Version is { } version)
        {
            body["version"] = version;
        }

        if (DatabricksEvents.IsMove(news.Event))
        {
            (body["to_stage"], body["from_stage"]) = (facts.After("stage"), facts.Before("stage"));
        }
        else if (DatabricksEvents.IsRequest(news.Event))
        {
            (body["to_stage"], body["from_stage"]) = (facts.After("toStage"), facts.After("fromStage"));
        }
        else if (news.Event == DatabricksEvents.VersionTagSet)
        {
            body["tags"] = new JsonArray(new JsonObject { ["key"] = facts.After("key"), ["value"] = Envelope.Cut(facts.After("value") ?? "", longest) });
        }
        else if (news.Event == DatabricksEvents.CommentCreated)
        {
            body["comment"] = Envelope.Cut(facts.After("text") ?? "", longest);
        }

        body["text"] = Envelope.Cut(Sentence(news), longest);
        return body;
    }

    private static string Sentence(WebhookNews news)
    {
        var facts = news.Data.Facts;
        var version = $"registered model '{news.ModelName}' version {news.Version}";
        return news.Event switch
        {
            DatabricksEvents.ModelCreated => $"{news.Row.Actor} created registered model '{news.ModelName}'.",
            DatabricksEvents.VersionCreated => $"{news.Row.Actor} created {version}.",
            DatabricksEvents.CommentCreated => $"A user commented on {version}.",
            DatabricksEvents.VersionTagSet => $"{news.Row.Actor} set version tag(s) '{facts.After("key")}' => '{facts.After("value")}' for {version}.",
            _ when DatabricksEvents.IsRequest(news.Event) => $"{news.Row.Actor} requested a stage transition of {version} from {facts.After("fromStage")} to {facts.After("toStage")}.",
            _ => $"R{version[1..]} transitioned from {facts.Before("stage")} to {facts.After("stage")}.",
        };
    }
}
