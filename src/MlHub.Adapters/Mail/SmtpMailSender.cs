using System.Net;
using System.Net.Mail;
using System.Text;
using MlHub.Notifications;

namespace MlHub.Adapters.Mail;

/// <summary>A mail server that is spoken to by SMTP, a connection for each mail.</summary>
public sealed class SmtpMailSender(MailSettings settings, TimeSpan? patience = null) : IMailSender
{
    private readonly TimeSpan _patience = patience ?? TimeSpan.FromSeconds(30);

    public async Task SendAsync(MailDraft mail, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(_patience);
        try
        {
            await SendWithinAsync(mail, limit.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"The mail server took longer than {_patience.TotalSeconds} seconds.");
        }
    }

    private async Task SendWithinAsync(MailDraft mail, CancellationToken cancel)
    {
        try
        {
            await SendAsync(mail, encrypted: settings.Tls != MailTls.None, cancel);
        }
        catch (SmtpException e) when (settings.Tls == MailTls.Optional && OffersNoTls(e))
        {
            await SendAsync(mail, encrypted: false, cancel);
        }
    }

    private async Task SendAsync(MailDraft mail, bool encrypted, CancellationToken cancel)
    {
        using var message = ToMessage(mail);
        using var client = new SmtpClient(settings.Host, settings.Port) { EnableSsl = encrypted };
        if (settings.User is { } user)
        {
            client.Credentials = new NetworkCredential(user, settings.Password);
        }

        await client.SendMailAsync(message, cancel);
    }

    private MailMessage ToMessage(MailDraft mail)
    {
        var message = new MailMessage(settings.From, OneAddress(mail.To))
        {
            Subject = mail.Subject,
            SubjectEncoding = Encoding.UTF8,
            Body = mail.Text,
            BodyEncoding = Encoding.UTF8,
        };
        message.Headers.Add("Message-ID", $"<{mail.Id}>");
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Headers.Add("List-Unsubscribe", $"<{mail.Unsubscribe.AbsoluteUri}>");
        return message;
    }

    /// <summary>The bare address: what stands before it would be taken as a name.</summary>
    private static MailAddress OneAddress(string text) =>
        MailAddress.TryCreate(text, out var address) && address.Address == text ? address : throw new FormatException("An account's e-mail address is none.");

    /// <summary>SmtpClient's only failure of its own, before anything was sent: all others have the server's code or a cause.</summary>
    private static bool OffersNoTls(SmtpException e) => e is { StatusCode: SmtpStatusCode.GeneralFailure, InnerException: null };
}
