using Microsoft.Extensions.Configuration;
using MlHub.Notifications;
using MlHub.Web.Startup;

namespace MlHub.Web.Tests.Notifications;

public sealed class MailSettingsTests
{
    private const string Secret = "s3cret";

    [Fact]
    public void Without_a_server_there_is_no_mail_whatever_else_is_set() =>
        Assert.Null(Read(("Host", " "), ("Port", "nonsense"), ("From", "")).Mail);

    [Fact]
    public void A_server_a_sender_and_the_hubs_address_are_enough()
    {
        var mail = Read().Mail!;

        Assert.Equal(("smtp.example", 587, MailTls.Required, 20), (mail.Host, mail.Port, mail.Tls, mail.DailyCap));
        Assert.Equal(("MlHub", "mlhub@hub.example"), (mail.From.DisplayName, mail.From.Address));
        Assert.Null(mail.User);
    }

    [Theory]
    [InlineData("Host", "no host")]
    [InlineData("Port", "0")]
    [InlineData("Port", "65536")]
    [InlineData("Port", "465")]
    [InlineData("Port", "smtp")]
    [InlineData("From", "")]
    [InlineData("From", "nobody")]
    [InlineData("From", "a@b.example\r\nBcc: c@d.example")]
    [InlineData("Tls", "Sometimes")]
    [InlineData("Tls", "None", "User", "hub", "Password", Secret)]
    [InlineData("Tls", "Optional", "User", "hub", "Password", Secret)]
    [InlineData("Password", "", "User", "hub")]
    [InlineData("User", "", "Password", Secret)]
    [InlineData("BaseUrl", "")]
    [InlineData("BaseUrl", "/models")]
    [InlineData("BaseUrl", "ftp://hub.example")]
    [InlineData("BaseUrl", "https://ann:pass@hub.example")]
    [InlineData("BaseUrl", "https://hub.example/?a=b")]
    [InlineData("DailyCap", "0")]
    [InlineData("DailyCap", "many")]
    public void A_wrong_setting_is_told_in_one_sentence_without_the_password(string named, params string[] values)
    {
        var settings = values.Skip(1).Chunk(2).Select(pair => (pair[0], pair[1])).Append((named, values[0])).ToArray();

        var refusal = Assert.Throws<SettingException>(() => Read(settings));

        Assert.StartsWith($"MlHub:Mail:{named} ", refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_that_are_printed_do_not_show_the_password() =>
        Assert.DoesNotContain(Secret, $"{Read(("User", "hub"), ("Password", Secret))}", StringComparison.Ordinal);

    private static HubSettings Read(params (string Key, string Value)[] mail)
    {
        var enough = new Dictionary<string, string?>
        {
            ["MlHub:Mail:Host"] = "smtp.example",
            ["MlHub:Mail:From"] = "MlHub <mlhub@hub.example>",
            ["MlHub:Mail:BaseUrl"] = "https://hub.example",
        };
        return HubSettings.Read(
            new ConfigurationBuilder()
                .AddJsonFile(Path.Combine(Repository.Root, "appsettings.json"))
                .AddInMemoryCollection(enough)
                .AddInMemoryCollection(mail.ToDictionary(m => $"MlHub:Mail:{m.Key}", m => (string?)m.Value))
                .Build(),
            []);
    }
}
