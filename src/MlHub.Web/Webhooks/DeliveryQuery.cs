using System.Globalization;
using MlHub.Webhooks;

namespace MlHub.Web.Webhooks;

/// <summary>What the delivery log looks for, as it stands in the page's address. Times are entered in UTC.</summary>
public sealed record DeliveryQuery(string? State = null, string? Event = null, string? From = null, string? To = null, string? PageToken = null)
{
    public bool IsEmpty => (State, Event, From, To) is (null or "", null or "", null or "", null or "");

    /// <exception cref="HubException">Invalid: a time is none.</exception>
    public DeliverySearch ToSearch() => new(
        WebhookMapping.StateOf(State), string.IsNullOrWhiteSpace(Event) ? null : Event, Instant(From, "From"), Instant(To, "To"));

    public IEnumerable<(string Name, string? Value)> ToPairs() => [("state", State), ("event", Event), ("from", From), ("to", To), ("page_token", PageToken)];

    public static DateTimeOffset? Instant(string? value, string field) =>
        string.IsNullOrWhiteSpace(value) ? null
        : DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at
        : throw HubException.Invalid($"{field} is no time such as 2026-03-03T14:00.");
}
