using System.Globalization;
using MlHub.Events;

namespace MlHub.Web.Audit;

/// <summary>What the audit page looks for, as it stands in its address. Times are entered in UTC.</summary>
public sealed record AuditQuery(string? Actor = null, string? Kind = null, string? Subject = null, string? Address = null, string? From = null, string? To = null, string? PageToken = null)
{
    private static readonly string[] Forms = ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd"];

    public bool IsEmpty => (Actor, Kind, Subject, Address, From, To) is (null or "", null or "", null or "", null or "", null or "", null or "");

    public AuditSearch ToSearch() => new(Text(Actor), Text(Kind), Text(Subject), Text(Address), Instant(From, "From"), Instant(To, "To"));

    public IEnumerable<(string Name, string? Value)> ToPairs() =>
        [("actor", Actor), ("kind", Kind), ("subject", Subject), ("address", Address), ("from", From), ("to", To), ("page_token", PageToken)];

    /// <summary>The same as the export's parameters.</summary>
    public IEnumerable<(string Name, string? Value)> ToExport()
    {
        var search = ToSearch();
        return [("actor", search.Actor), ("kind", search.Kind), ("subject", search.Subject), ("address", search.Address), ("from", Milliseconds(search.From)), ("to", Milliseconds(search.To))];
    }

    private static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();

    private static DateTimeOffset? Instant(string? value, string field) =>
        Text(value) is not { } text ? null
        : DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at
        : throw HubException.Invalid($"{field} is no time such as 2026-03-03T14:00.");

    private static string? Milliseconds(DateTimeOffset? at) => at?.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
}
