using System.Net.Http.Headers;
using MlHub.Demo.Mlflow;

namespace MlHub.Demo.Bots;

/// <summary>
/// What an administrator does once for a bot, a chat and an application: a service account with a token of few scopes and its right on the model for bot
/// and application, and a webhook for bot and chat. Done again it makes new tokens and a new secret, and the webhooks go where they are told.
/// </summary>
public sealed class BotSetUp(Uri hub, AuthenticationHeaderValue administrator, HttpMessageHandler? transport = null) : IDisposable
{
    public const string Account = "model-gate", Site = "price-site";

    private const string Chat = "#mlops";
    private const string Api = "api/2.0/mlflow/";
    private const string Own = "api/2.0/mlhub/";
    private const int TokenDays = 30;
    private static readonly string[] Scopes = ["RegistryRead", "RegistryWrite"], SiteScopes = ["ServingInvoke"];

    private readonly MlflowTransport _http = new(hub, administrator, transport);

    public async Task<BotAccess> AllowAsync(string modelName, Uri receiver, Uri chat, CancellationToken cancellation)
    {
        var token = await TokenAsync(Account, modelName, "CAN_EDIT", Scopes, cancellation);
        var known = (await _http.GetAsync<KnownWebhooks>(Own + "webhooks/list", cancellation)).Webhooks ?? [];
        var webhook = new CreateWebhook(Account, "Tests new versions and asks for Production", receiver.AbsoluteUri, "mlflow", ["model_version.ready"]);
        string secret = known.FirstOrDefault(w => w.Name == Account) is { } there
            ? await MoveAsync(there, receiver, cancellation)
            : (await _http.PostAsync<CreatedWebhook>(Own + "webhooks/create", webhook, cancellation)).Secret!;
        await TellChatAsync(known.FirstOrDefault(w => w.Name == Chat), chat, cancellation);
        return new(token, secret);
    }

    /// <summary>The token of an application that asks the model and can do nothing else.</summary>
    public Task<string> AllowAskingAsync(string modelName, CancellationToken cancellation) => TokenAsync(Site, modelName, "CAN_READ", SiteScopes, cancellation);

    public void Dispose() => _http.Dispose();

    private async Task<string> MoveAsync(KnownWebhook webhook, Uri receiver, CancellationToken cancellation)
    {
        await _http.PatchAsync(Own + "webhooks/update", new MoveWebhook(webhook.Id, receiver.AbsoluteUri), cancellation);
        return (await _http.PostAsync<CreatedWebhook>(Own + "webhooks/rotate-secret", new RotateSecret(webhook.Id, 0), cancellation)).Secret!;
    }

    private Task TellChatAsync(KnownWebhook? known, Uri chat, CancellationToken cancellation) => known is not null
        ? _http.PatchAsync(Own + "webhooks/update", new MoveWebhook(known.Id, chat.AbsoluteUri), cancellation)
        : _http.PostAsync(
            Own + "webhooks/create",
            new CreateWebhook(
                Chat, "Tells the pricing team what there is to decide", chat.AbsoluteUri, "slack",
                ["transition_request.created", "transition_request.rejected", "model_version.transitioned", "comment.created"], new("team", "pricing")),
            cancellation);

    private async Task<string> TokenAsync(string account, string modelName, string level, string[] scopes, CancellationToken cancellation)
    {
        try
        {
            await _http.PostAsync(Own + "service-accounts/create", new ServiceAccountName(account), cancellation);
        }
        catch (MlflowException refusal) when (refusal.ErrorCode == "RESOURCE_ALREADY_EXISTS")
        {
            // It was made when the demo was started before.
        }

        await ShareAsync(modelName, account, level, cancellation);
        return (await _http.PostAsync<ServiceToken>(Own + "service-accounts/create-token", new CreateServiceToken(account, "demo", scopes, TokenDays), cancellation)).Token;
    }

    private async Task ShareAsync(string modelName, string account, string level, CancellationToken cancellation)
    {
        string path = $"{Api}databricks/registered-models/get?name={Uri.EscapeDataString(modelName)}";
        string id = (await _http.GetAsync<GetModelResponse>(path, cancellation)).RegisteredModelDatabricks.Id;
        await _http.PatchAsync($"api/2.0/permissions/registered-models/{id}", new ShareModel([new(null, level, account)]), cancellation);
    }
}
