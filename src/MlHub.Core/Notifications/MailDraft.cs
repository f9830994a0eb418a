namespace MlHub.Notifications;

/// <summary>One mail to one person, in plain text.</summary>
/// <param name="To">An address, as its owner wrote it.</param>
/// <param name="Subject">Kept to one line and cut to <see cref="Limits.MailSubject"/>: it names what strangers have named.</param>
/// <param name="Text">Lines that end with CR LF.</param>
/// <param name="Id">The same whenever the same notifications are sent again, so that a mailbox may drop the second.</param>
/// <param name="Unsubscribe">The page where mail is switched off.</param>
public sealed record MailDraft(string To, string Subject, string Text, string Id, Uri Unsubscribe)
{
    public string Subject { get; } = Cut(OneLine(Subject));

    /// <summary>Without control characters and line breaks of any alphabet, so that it neither ends a header nor a line.</summary>
    public static string OneLine(string text) => string.Concat(text.Where(c => !char.IsControl(c) && c is not ('\u2028' or '\u2029')));

    private static string Cut(string line)
    {
        const int room = Limits.MailSubject - 1;
        return line.Length <= Limits.MailSubject ? line : line[..(char.IsHighSurrogate(line[room - 1]) ? room - 1 : room)] + "…";
    }
}
