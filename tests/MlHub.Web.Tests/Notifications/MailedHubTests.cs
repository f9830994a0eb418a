using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MlHub.Access;
using MlHub.Adapters;
using MlHub.Adapters.Databases;
using MlHub.Notifications;
using MlHub.Testing.Mail;

namespace MlHub.Web.Tests.Notifications;

/// <summary>Mail from end to end: the whole hub and a mail server.</summary>
public sealed class MailedHubTests
{
    private const string Secret = "s3cret-of-the-mail-server";

    private static readonly TimeSpan Ago = TimeSpan.FromMinutes(1), Patience = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task A_comment_is_mailed_to_whoever_follows_the_model()
    {
        using var server = new MailServer();
        using var hub = new TestHub(
            ("MlHub:Mail:Host", "127.0.0.1"), ("MlHub:Mail:Port", $"{server.Port}"), ("MlHub:Mail:Tls", "None"), ("MlHub:Mail:From", "mlhub@hub.example"),
            ("MlHub:Mail:BaseUrl", "https://hub.example"));
        using var omar = await hub.ProgramOfAsync("omar", isAdmin: true);
        await using var db = hub.Open();
        await GivenFollowedModelAsync(db, "house prices", await hub.GivenUserAsync("dana"));

        await omar.CallAsync("/comments/create", new { name = "house prices", version = "1", comment = "Looks good to me" });
        await Eventually.TrueAsync(() => db.Notifications.AnyAsync());
        await db.Notifications.ExecuteUpdateAsync(n => n.SetProperty(x => x.At, DateTimeOffset.UtcNow - Ago));

        var mail = Assert.Single(await server.ReadAsync(1, Patience));
        Assert.Equal("dana@people.example", Assert.Single(mail.To));
        Assert.Contains("Looks good to me", mail.Subject, StringComparison.Ordinal);
        Assert.Contains("https://hub.example/models/house%20prices/versions/1", mail.Text, StringComparison.Ordinal);
        Assert.Equal("<https://hub.example/account>", mail.Header("List-Unsubscribe"));
    }

    [Fact]
    public async Task A_server_is_reached_over_TLS_with_a_name_and_a_password_that_is_never_printed()
    {
        var data = Directory.CreateTempSubdirectory("mlhub-mail-").FullName;
        using var certificate = new MailCertificate();
        using var server = new MailServer("--certificate", certificate.File, "--login", $"hub:{Secret}");
        await GivenNewsAsync(data);
        var environment = new Dictionary<string, string> { ["SSL_CERT_FILE"] = certificate.File, ["MlHub__Mail__Password"] = Secret };

        using (var hub = HubProcess.Start(
            data, environment, "MlHub:Mail:Host=localhost", $"MlHub:Mail:Port={server.Port}", "MlHub:Mail:User=hub", "MlHub:Mail:From=mlhub@hub.example",
            "MlHub:Mail:BaseUrl=https://hub.example", "Logging:LogLevel:Default=Debug"))
        {
            var mail = Assert.Single(await server.ReadAsync(1, Patience));

            Assert.True(mail is { Encrypted: true, SignedIn: true, Subject: "news" });
            Assert.DoesNotContain(Secret, hub.Output, StringComparison.Ordinal);
        }

        Directory.Delete(data, recursive: true);
    }

    /// <summary>What a hub that ended before it could mail has left.</summary>
    private static async Task GivenNewsAsync(string data)
    {
        await using var services = new ServiceCollection().AddLogging()
            .AddMlHubDatabase(DatabaseProvider.Sqlite, $"Data Source={Path.Combine(data, "mlhub.db")}").BuildServiceProvider();
        var hosted = services.GetServices<IHostedService>().ToList();
        foreach (var service in hosted)
        {
            await service.StartAsync(default);
        }

        await using (var db = services.GetRequiredService<HubDbFactory>().Open())
        {
            var dana = new HubUser { Id = Guid.CreateVersion7(), UserName = "dana", NormalizedUserName = "DANA", CreatedAt = DateTimeOffset.UtcNow };
            db.Add(dana);
            await db.SaveChangesAsync();
            var model = await GivenFollowedModelAsync(db, "prices", dana.AsCaller());
            db.Add(new Notification { UserId = dana.Id, EventId = 1, Kind = "version.created", At = DateTimeOffset.UtcNow - Ago, Actor = "omar", ModelId = model, Version = 1, Text = "news" });
            await db.SaveChangesAsync();
        }

        foreach (var service in Enumerable.Reverse(hosted))
        {
            await service.StopAsync(default);
        }
    }

    private static async Task<long> GivenFollowedModelAsync(HubDb db, string name, Caller follower)
    {
        var model = await db.GivenModelAsync(name, follower);
        await db.GivenVersionAsync(model);
        db.Add(new ModelFollow { UserId = follower.Id, ModelId = model.Id, Level = FollowLevel.All });
        await db.SaveChangesAsync();
        await db.Users.Where(u => u.Id == follower.Id).ExecuteUpdateAsync(u => u.SetProperty(x => x.Email, $"{follower.Name}@people.example"));
        return model.Id;
    }
}
