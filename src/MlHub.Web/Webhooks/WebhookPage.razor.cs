using Microsoft.AspNetCore.Components;
using MlHub.Web.Shell;
using MlHub.Webhooks;

namespace MlHub.Web.Webhooks;

/// <summary>One webhook: how it stands, and what it was and will be sent.</summary>
public partial class WebhookPage
{
    private FoundWebhook? _found;
    private SendResult? _result;
    private string? _refusal, _secret;

    [Inject]
    public required MlHub.Webhooks.Webhooks Webhooks { get; init; }

    [Inject]
    public required WebhookTests Tests { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    [Parameter]
    public string Id { get; set; } = "";

    [SupplyParameterFromQuery]
    public string? State { get; set; }

    [SupplyParameterFromQuery]
    public string? Event { get; set; }

    [SupplyParameterFromQuery]
    public string? From { get; set; }

    [SupplyParameterFromQuery]
    public string? To { get; set; }

    [SupplyParameterFromQuery(Name = "page_token")]
    public string? PageToken { get; set; }

    [SupplyParameterFromForm(FormName = "test-webhook")]
    public string? TestEvent { get; set; }

    [SupplyParameterFromForm(FormName = "rotate-webhook")]
    public int? Overlap { get; set; }

    private DeliveryQuery Query => new(State, Event, From, To, PageToken);

    private WebhookStanding Standing => WebhookStanding.Of(_found!.Hook, Clock.GetUtcNow());

    protected override Task OnParametersSetAsync() => LoadAsync();

    private Task<bool> LoadAsync() => FoundAsync(async caller => _found = await Webhooks.GetAsync(caller, null, Id, Cancel));

    private async Task TestAsync() => _refusal = await TryAsync(async caller => _result = await Tests.SendAsync(caller, Id, TestEvent, Cancel));

    private async Task SwitchAsync()
    {
        var status = _found!.Hook.Status == WebhookStatus.Active ? WebhookStatus.Disabled : WebhookStatus.Active;
        _refusal = await TryAsync(caller => Webhooks.UpdateAsync(caller, null, Id, new() { Status = status }, Cancel));
        await LoadAsync();
    }

    // The text is shown in the answer to the form itself: it is in no address, no cookie and no history.
    private async Task RotateAsync()
    {
        _refusal = await TryAsync(async caller => _secret = await Webhooks.RotateSecretAsync(caller, Id, null, TimeSpan.FromHours(Math.Clamp(Overlap ?? 24, 0, Limits.WebhookOverlapHours)), Cancel));
        await LoadAsync();
    }

    private async Task DeleteAsync()
    {
        var back = _found?.Model is { } model ? HubUrls.Model(model, "webhooks") : HubUrls.Webhooks();
        _refusal = await TryAsync(caller => Webhooks.DeleteAsync(caller, null, Id, Cancel));
        if (_refusal is null)
        {
            Navigation.NavigateTo(back);
        }
    }
}
