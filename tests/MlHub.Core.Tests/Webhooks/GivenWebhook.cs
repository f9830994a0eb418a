using MlHub.Webhooks;

namespace MlHub.Core.Tests.Webhooks;

internal static class GivenWebhook
{
    public static readonly DateTimeOffset Noon = DateTimeOffset.FromUnixTimeMilliseconds(1_589_859_029_343);

    public static readonly WebhookLinks Links = new(() => new("https://hub.example.org/"), (model, version) => version is null ? $"/models/{model}" : $"/models/{model}/versions/{version}", (e, r) => $"/experiments/{e}/runs/{r}");

    public static Webhook Of(WebhookTarget target, params string[] events) => new()
    {
        PublicId = "c5596721253c4b429368cf6f4341b88a",
        Family = target == WebhookTarget.Databricks ? WebhookFamily.Databricks : WebhookFamily.Hub,
        Target = target,
        Name = "hook",
        Url = "https://example.org/hook",
        Status = WebhookStatus.Active,
        Events = [.. events],
        OwnerId = Guid.Empty,
        CreatedAt = Noon,
        UpdatedAt = Noon,
        SinceSeq = 0,
    };
}
