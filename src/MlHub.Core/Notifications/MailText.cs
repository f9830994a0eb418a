using System.Globalization;
using System.Text;

namespace MlHub.Notifications;

/// <summary>What a mail says: a sentence and a link for each notification, and once a day and kind that there will be no more.</summary>
internal sealed class MailText(MailSettings settings, MailLinks links)
{
    private const string NewLine = "\r\n";

    /// <summary>Null where all that waits is beyond the day's limit, and that was said before.</summary>
    public MailDraft? ComposeOrNull(ClaimedMail claimed)
    {
        var shown = new List<Notification>();
        var reached = new List<string>();
        foreach (var kind in claimed.Rows.GroupBy(n => n.Kind))
        {
            var mailed = claimed.MailedToday.GetValueOrDefault(kind.Key);
            var room = Math.Max(settings.DailyCap - mailed, 0);
            shown.AddRange(kind.Take(room));
            // Those left out count as well, so whoever has more than the limit was told.
            if (kind.Count() > room && mailed <= settings.DailyCap)
            {
                reached.Add(kind.Key);
            }
        }

        return shown.Count + reached.Count == 0
            ? null
            : new MailDraft(claimed.To, Subject(shown, claimed), Text([.. shown.OrderBy(n => n.Id)], reached, claimed), Id(claimed), new Uri(Address(links.Choices)));
    }

    private static string Subject(List<Notification> shown, ClaimedMail claimed) => shown switch
    {
        [] => "MlHub: limit reached, no more mail of this kind today",
        [var only] => only.Text,
        _ when shown.Exists(n => n.ModelId is null) => $"{shown.Count} notifications",
        _ when claimed.Models.Count == 1 => $"{shown.Count} notifications about {claimed.Models.Values.Single()}",
        _ => $"{shown.Count} notifications about {claimed.Models.Count} models",
    };

    private string Text(List<Notification> shown, List<string> reached, ClaimedMail claimed)
    {
        var text = new StringBuilder();
        foreach (var notification in shown)
        {
            text.Append(MailDraft.OneLine(notification.Text)).Append(NewLine)
                .Append(Address(notification.ModelId is { } model ? links.Subject(claimed.Models[model], notification.Version) : links.Inbox)).Append(NewLine).Append(NewLine);
        }

        foreach (var kind in reached)
        {
            text.Append(CultureInfo.InvariantCulture, $"Limit reached: no more mail of the kind \"{Name(kind)}\" until midnight UTC, since {settings.DailyCap} a day are sent.")
                .Append(NewLine).Append("Your inbox has them all: ").Append(Address(links.Inbox)).Append(NewLine).Append(NewLine);
        }

        return text.Append("-- ").Append(NewLine).Append("Choose what MlHub mails to you: ").Append(Address(links.Choices)).Append(NewLine).ToString();
    }

    private static string Name(string kind) => kind.Replace('.', ' ').Replace('_', ' ');

    private string Address(string path) => settings.BaseUrl.AbsoluteUri.TrimEnd('/') + path;

    /// <summary>Of the first and the last: a repeated mail that has more to tell is another one, or a mailbox would drop the rest.</summary>
    private string Id(ClaimedMail claimed) => string.Create(
        CultureInfo.InvariantCulture, $"{claimed.Rows[0].Id}-{claimed.Rows[^1].Id}.{claimed.Rows[0].At.ToUnixTimeMilliseconds()}@{settings.BaseUrl.IdnHost}");
}
