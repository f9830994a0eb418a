namespace MlHub.Notifications;

/// <summary>Hands mails to a mail server.</summary>
public interface IMailSender
{
    /// <summary>Returns once the server has taken the mail in its charge; throws where it did not, or did not in time.</summary>
    Task SendAsync(MailDraft mail, CancellationToken cancel);
}
