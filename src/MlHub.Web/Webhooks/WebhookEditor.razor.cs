using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MlHub.Web.Access;
using MlHub.Web.Shell;
using MlHub.Webhooks;

namespace MlHub.Web.Webhooks;

/// <summary>The form over a webhook: it says what it will do as a sentence, and shows what it will send.</summary>
public partial class WebhookEditor
{
    private WebhookForm? _form;
    private MadeWebhook? _made;
    private bool _hasAuthorization;
    private string? _refusal;

    [Inject]
    public required MlHub.Webhooks.Webhooks Webhooks { get; init; }

    [Inject]
    public required JobHosts Jobs { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [CascadingParameter]
    public required Task<AuthenticationState> SignedIn { get; set; }

    /// <summary>The one that is changed; null to make one.</summary>
    [Parameter]
    public string? Id { get; set; }

    /// <summary>The one model that it hears of; null for the whole hub.</summary>
    [Parameter]
    public string? Model { get; set; }

    private DateTimeOffset Now => Clock.GetUtcNow();

    private string Back => Id is { } id ? HubUrls.Webhook(id) : Model is { } model ? HubUrls.Model(model, "webhooks") : HubUrls.Webhooks();

    protected override async Task OnInitializedAsync()
    {
        if (Id is not { } id)
        {
            _form = new();
            return;
        }

        try
        {
            var hook = (await Webhooks.GetAsync((await SignedIn).User.AsCaller(), null, id, CancellationToken.None)).Hook;
            (_form, _hasAuthorization) = (WebhookForm.Of(hook), hook.SealedAuthorization is not null);
        }
        catch (HubException refusal)
        {
            _refusal = refusal.Message;
        }
    }

    private static string Sentence(string phrase) => char.ToUpperInvariant(phrase[0]) + phrase[1..];

    private async Task SaveAsync()
    {
        try
        {
            var (caller, draft) = ((await SignedIn).User.AsCaller(), _form!.ToDraft(Id is null));
            if (Id is { } id)
            {
                await Webhooks.UpdateAsync(caller, null, id, draft, CancellationToken.None);
                Navigation.NavigateTo(Back);
                return;
            }

            _made = await Webhooks.CreateAsync(caller, WebhookFamily.Hub, Model, draft, CancellationToken.None);
        }
        catch (HubException refusal)
        {
            _refusal = refusal.Message;
        }
    }
}
