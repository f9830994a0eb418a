using System.Net.Mail;

namespace MlHub.Notifications;

public enum MailTls
{
    /// <summary>STARTTLS with a certificate that this machine trusts, or nothing is sent.</summary>
    Required,

    /// <summary>STARTTLS where the server offers it.</summary>
    Optional,
    None,
}

/// <summary>The mail server and what may be sent through it. Not a record, since those print what they hold.</summary>
public sealed class MailSettings
{
    public required string Host { get; init; }
    public required int Port { get; init; }
    public string? User { get; init; }
    public string? Password { get; init; }
    public required MailAddress From { get; init; }
    public required MailTls Tls { get; init; }

    /// <summary>Where people reach the hub, for the links.</summary>
    public required Uri BaseUrl { get; init; }

    /// <summary>How many notifications of one kind are mailed to one person on one day (UTC).</summary>
    public required int DailyCap { get; init; }
}

/// <summary>The pages that mails point at, as paths: that of a model or a version of it, the inbox, and the one where mail is switched off.</summary>
public sealed record MailLinks(Func<string, int?, string> Subject, string Inbox, string Choices);
