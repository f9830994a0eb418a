using System.Net.Http.Headers;
using System.Security.Cryptography;
using MlHub.Demo.Mlflow;

namespace MlHub.Demo.Bots;

/// <summary>What an administrator does once for a bot and a chat: a service account with a token of two scopes, its right on the model, and a webhook for each of the two.</summary>
public sealed class BotSetUp(Uri hub, AuthenticationHeaderValue administrator, HttpMessageHandler? transport = null) : IDisposable
{
    public const string Account = "model-gate";

    private const string Own = "api/2.0/mlhub/";
    private const string Webhooks = "api/2.0/mlflow/webhooks";
    private const int TokenDays = 30;
    private static readonly string[] Scopes = ["RegistryRead", "RegistryWrite"];

    private readonly MlflowTransport _http = new(hub, administrator, transport);

    /// <summary>Done again after a restart it makes a new token and a new secret, and leaves the webhook where it is.</summary>
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
        var webhook = new MlflowWebhook(
            Account, "Tests new versions and asks for Production", receiver.AbsoluteUri, [new("MODEL_VERSION", "CREATED"), new("MODEL_VERSION", "READY")], secret, "ACTIVE");
        var known = await _http.GetAsync<KnownWebhooks>(Webhooks, cancellation);
        if (known.Webhooks?.FirstOrDefault(w => w.Name == Account)?.WebhookId is { } id)
        {
            await _http.PatchAsync($"{Webhooks}/{id}", webhook, cancellation);
        }
        else
        {
            await _http.PostAsync(Webhooks, webhook, cancellation);
        }

        return new(token.Token, secret);
    }

    public void Dispose() => _http.Dispose();

    private async Task ShareAsync(string modelName, CancellationToken cancellation)
    {
        string path = $"api/2.0/mlflow/databricks/registered-models/get?name={Uri.EscapeDataString(modelName)}";
        string id = (await _http.GetAsync<GetModelResponse>(path, cancellation)).RegisteredModelDatabricks.Id;
        await _http.PatchAsync($"api/2.0/permissions/registered-models/{id}", new ShareModel([new(null, "CAN_EDIT", Account)]), cancellation);
    }
}
