using System.Globalization;
using System.Net.Mail;
using MlHub.Notifications;

namespace MlHub.Web.Startup;

/// <summary>The settings <c>MlHub:Mail:…</c>.</summary>
internal static class MailSection
{
    private const string Host = "MlHub:Mail:Host", Port = "MlHub:Mail:Port", User = "MlHub:Mail:User", Password = "MlHub:Mail:Password",
        From = "MlHub:Mail:From", Tls = "MlHub:Mail:Tls", BaseUrl = "MlHub:Mail:BaseUrl", DailyCap = "MlHub:Mail:DailyCap";

    /// <summary>Port for TLS from the first byte, which .NET's client does not speak.</summary>
    private const int ImplicitTls = 465;

    /// <summary>Null where no server is named: no mail is sent, and the other settings do not matter.</summary>
    /// <exception cref="SettingException">In one sentence that names the setting.</exception>
    public static MailSettings? ReadOrNull(IConfiguration configuration)
    {
        if (HubSettings.Text(configuration, Host) is not { } host)
        {
            return null;
        }

        var mail = new MailSettings
        {
            Host = Uri.CheckHostName(host) != UriHostNameType.Unknown ? host : throw new SettingException(Host, $"is '{host}', which is no name or address of a mail server"),
            Port = Number(configuration, Port, 65_535),
            User = HubSettings.Text(configuration, User),
            Password = HubSettings.Text(configuration, Password),
            From = MailAddress.TryCreate(HubSettings.Text(configuration, From), out var from)
                ? from
                : throw new SettingException(From, "is no e-mail address such as mlhub@example.com; MlHub:Mail:Host needs it"),
            Tls = HubSettings.Choice<MailTls>(configuration, Tls),
            BaseUrl = Address(HubSettings.Text(configuration, BaseUrl)),
            DailyCap = Number(configuration, DailyCap, 1000),
        };
        Check(mail);
        return mail;
    }

    private static void Check(MailSettings mail)
    {
        if (mail.Port == ImplicitTls)
        {
            throw new SettingException(Port, "is 465, where TLS begins before SMTP; MlHub speaks STARTTLS, usually on 587");
        }

        if ((mail.User is null) != (mail.Password is null))
        {
            throw new SettingException(mail.User is null ? User : Password, "is missing; a name and a password for the mail server go together");
        }

        if (mail.User is not null && mail.Tls != MailTls.Required)
        {
            throw new SettingException(Tls, $"is {mail.Tls}, which would show the password to the network; with MlHub:Mail:User it must be Required");
        }
    }

    private static int Number(IConfiguration configuration, string key, int largest) =>
        int.TryParse(configuration[key], NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= 1 && value <= largest
            ? value
            : throw new SettingException(key, $"is '{configuration[key]}'; it must be a number from 1 to {largest.ToString(CultureInfo.InvariantCulture)}");

    private static Uri Address(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address is { Scheme: "http" or "https", Query: "", Fragment: "", UserInfo: "" }
            ? address
            : throw new SettingException(BaseUrl, "is no address such as https://mlhub.example.com, where people reach this hub; MlHub:Mail:Host needs it");
}
