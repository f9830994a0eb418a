using System.Net.Http.Headers;
using System.Security.Cryptography;
using MlHub.Demo.Mlflow;

namespace MlHub.Demo.Bots;

/// <summary>
/// What an administrator does once for a bot and a chat: a service account with a token of two scopes, its right on the model, and a webhook for each of
/// the two. Done again it makes a new token and a new secret, and the webhooks go where they are told.
/// </summary>
public sealed class BotSetUp(Uri hub, AuthenticationHeaderValue administrator, HttpMessageHandler? transport = null) : IDisposable
{
    public const string Account = "model-gate";

    private const string Chat = "#mlops";
    private const string Api = "api/2.0/mlflow/";
    private const string Own = "api/2.0/mlhub/";
    private const int TokenDays = 30;
    private static readonly string[] Scopes = ["RegistryRead", "RegistryWrite"];

    private readonly MlflowTransport _http = new(hub, administrator, transport);

    public async Task<BotAccess> AllowAsync(string modelName, Uri receiver, Uri chat, CancellationToken cancellation)
    {
        try
        {
            await _http.PostAsync(Own + "service-accounts/create", new ServiceAccountName(Account), cancellation);
        }
        catch (MlflowException refusal) when (refusal.ErrorCode == "RESOURCE_ALREADY_EXISTS")
        {
            // It was made when the demo was started before.
        }

        await ShareAsync(modelName, cancellation);
        var token = await _http.PostAsync<ServiceToken>(Own + "service-accounts/create-token", new CreateServiceToken(Account, "demo", Scopes, TokenDays), cancellation);
        string secret = "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var known = (await _http.GetAsync<KnownWebhooks>(Own + "webhooks/list", cancellation)).Webhooks ?? [];
        await PutAsync(
            known, new MoveWebhook(Account, receiver.AbsoluteUri, secret), Api + "webhooks",
            new CreateMlflowWebhook(
                Account, "Tests new versions and asks for Production", receiver.AbsoluteUri, [new("MODEL_VERSION", "READY")], secret, "ACTIVE"),
            cancellation);
        await PutAsync(
            known, new MoveWebhook(Chat, chat.AbsoluteUri, null), Own + "webhooks/create",
            new CreateChatWebhook(
                Chat, "Tells the pricing team what there is to decide", chat.AbsoluteUri, "slack",
                ["transition_request.created", "transition_request.rejected", "model_version.transitioned", "comment.created"], new("team", "pricing")),
            cancellation);
        return new(token.Token, secret);
    }

    public void Dispose() => _http.Dispose();

    /// <param name="known">The webhooks that there are.</param>
    /// <param name="move">With the name in the place of the id.</param>
    /// <param name="create">The call that makes it where it is not there.</param>
    /// <param name="webhook">What that call is sent.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    private Task PutAsync(IReadOnlyList<KnownWebhook> known, MoveWebhook move, string create, object webhook, CancellationToken cancellation) =>
        known.FirstOrDefault(w => w.Name == move.Id) is { } there
            ? _http.PatchAsync(Own + "webhooks/update", move with { Id = there.Id }, cancellation)
            : _http.PostAsync(create, webhook, cancellation);

    private async Task ShareAsync(string modelName, CancellationToken cancellation)
    {
        string path = $"{Api}databricks/registered-models/get?name={Uri.EscapeDataString(modelName)}";
        string id = (await _http.GetAsync<GetModelResponse>(path, cancellation)).RegisteredModelDatabricks.Id;
        await _http.PatchAsync($"api/2.0/permissions/registered-models/{id}", new ShareModel([new(null, "CAN_EDIT", Account)]), cancellation);
    }
}
