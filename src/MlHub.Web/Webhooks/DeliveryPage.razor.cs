using System.Text;
using Microsoft.AspNetCore.Components;
using MlHub.Web.Shell;
using MlHub.Webhooks;

namespace MlHub.Web.Webhooks;

/// <summary>One delivery: what was sent, how often, and what the receiver said.</summary>
public partial class DeliveryPage
{
    private FoundWebhook? _found;
    private DeliveryDetails? _details;
    private string _body = "";
    private string? _refusal, _told;

    [Inject]
    public required MlHub.Webhooks.Webhooks Webhooks { get; init; }

    [Inject]
    public required WebhookDeliveries Deliveries { get; init; }

    [Parameter]
    public string Id { get; set; } = "";

    [Parameter]
    public long Number { get; set; }

    protected override Task OnParametersSetAsync() => LoadAsync();

    private Task<bool> LoadAsync() => FoundAsync(async caller =>
    {
        _found = await Webhooks.GetAsync(caller, null, Id, Cancel);
        _details = await Deliveries.GetAsync(caller, Id, Number, Cancel);
        _body = Encoding.UTF8.GetString(_details.Delivery.Body);
    });

    private async Task AgainAsync()
    {
        _refusal = await TryAsync(caller => Deliveries.SendAgainAsync(caller, Id, Number, Cancel));
        _told = _refusal is null ? "It is sent again, under the same id." : null;
        await LoadAsync();
    }
}
