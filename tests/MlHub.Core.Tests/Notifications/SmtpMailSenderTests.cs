using System.Net;
using System.Net.Mail;
using System.Net.Sockets;
using System.Security.Authentication;
using MlHub.Adapters.Mail;
using MlHub.Notifications;
using MlHub.Testing.Mail;

namespace MlHub.Core.Tests.Notifications;

/// <summary>What reaches a real mail server, and what never does.</summary>
public sealed class SmtpMailSenderTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Every_character_and_every_dot_arrives()
    {
        using var server = new MailServer();
        var text = $".first\r\n..second größer 模型 😀\r\n{new string('.', 400)}\r\n.\r\nQUIT\r\nend\r\n";

        await new SmtpMailSender(MailScene.Settings(server.Port)).SendAsync(Mail(subject: "größer 模型 😀", text: text), None);

        var mail = Assert.Single(server.StopAndRead());
        Assert.Equal("größer 模型 😀", mail.Subject);
        Assert.Equal(text.ReplaceLineEndings("\n"), mail.Text.ReplaceLineEndings("\n"));
        Assert.StartsWith("text/plain", mail.Header("Content-Type"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x\r\nBcc: spy@evil.example")]
    [InlineData("x\nBcc: spy@evil.example\n\nbody")]
    [InlineData("x\rBcc: spy@evil.example")]
    [InlineData("x\u0085Bcc: spy@evil.example")]
    [InlineData("x\u2028Bcc: spy@evil.example\0")]
    public async Task A_subject_adds_no_header(string subject)
    {
        using var server = new MailServer();

        await new SmtpMailSender(MailScene.Settings(server.Port)).SendAsync(Mail(subject: subject), None);

        var mail = Assert.Single(server.StopAndRead());
        Assert.DoesNotContain(mail.Headers, h => h[0] == "Bcc");
        Assert.Equal("dana@people.example", Assert.Single(mail.To));
        Assert.StartsWith("xBcc: spy@evil.example", mail.Subject, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dana@people.example\r\nBcc: spy@evil.example")]
    [InlineData("dana@people.example, spy@evil.example")]
    [InlineData("dana@people.example>\r\nRCPT TO:<spy@evil.example")]
    [InlineData("no address")]
    public async Task An_address_is_one_address_or_nothing_is_sent(string to)
    {
        using var server = new MailServer();

        await Assert.ThrowsAnyAsync<FormatException>(() => new SmtpMailSender(MailScene.Settings(server.Port)).SendAsync(Mail(to), None));

        Assert.Empty(server.StopAndRead());
    }

    [Theory]
    [InlineData(150, 150)]
    [InlineData(151, 150)]
    [InlineData(5000, 150)]
    public void A_subject_is_cut_but_never_within_a_character(int length, int kept)
    {
        Assert.Equal(kept, Mail(subject: new string('x', length)).Subject.Length);
        Assert.Equal(new string('x', 148) + "…", Mail(subject: new string('x', 148) + "😀😀").Subject);
    }

    [Fact]
    public async Task Where_TLS_is_required_nothing_is_sent_to_a_server_that_offers_none()
    {
        using var server = new MailServer();

        await Assert.ThrowsAsync<SmtpException>(() => new SmtpMailSender(MailScene.Settings(server.Port, MailTls.Required)).SendAsync(Mail(), None));

        Assert.Empty(server.StopAndRead());
    }

    [Fact]
    public async Task Where_TLS_is_optional_a_server_that_offers_none_gets_the_mail()
    {
        using var server = new MailServer();

        await new SmtpMailSender(MailScene.Settings(server.Port, MailTls.Optional)).SendAsync(Mail(), None);

        Assert.False(Assert.Single(server.StopAndRead()).Encrypted);
    }

    [Theory]
    [InlineData(MailTls.Required)]
    [InlineData(MailTls.Optional)]
    public async Task A_certificate_that_nobody_vouches_for_is_refused(MailTls tls)
    {
        using var certificate = new MailCertificate();
        using var server = new MailServer("--certificate", certificate.File);

        var refusal = await Assert.ThrowsAnyAsync<Exception>(() => new SmtpMailSender(MailScene.Settings(server.Port, tls)).SendAsync(Mail(), None));

        Assert.True(refusal is AuthenticationException || refusal.InnerException is AuthenticationException, refusal.ToString());
        Assert.Empty(server.StopAndRead());
    }

    [Fact]
    public async Task A_server_that_never_answers_is_not_waited_for()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var sender = new SmtpMailSender(MailScene.Settings(((IPEndPoint)silent.LocalEndpoint).Port), patience: TimeSpan.FromMilliseconds(300));

        await Assert.ThrowsAsync<TimeoutException>(() => sender.SendAsync(Mail(), None).WaitAsync(TimeSpan.FromSeconds(60)));
    }

    private static MailDraft Mail(string to = "dana@people.example", string subject = "news", string text = "text\r\n") =>
        new(to, subject, text, "1-1.5@hub.example", new Uri("https://hub.example/account"));
}
