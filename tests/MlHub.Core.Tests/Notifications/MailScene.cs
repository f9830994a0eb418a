using System.Net.Mail;
using Microsoft.Extensions.Logging.Abstractions;
using MlHub.Access;
using MlHub.Adapters.Databases;
using MlHub.Adapters.Mail;
using MlHub.Notifications;
using MlHub.Registry;
using MlHub.Testing.Databases;
using MlHub.Testing.Mail;

namespace MlHub.Core.Tests.Notifications;

/// <summary>A hub's database, a mail server and a clock, with a model that whoever is made here may read.</summary>
internal sealed class MailScene : IAsyncDisposable
{
    public const string Model = "prices";

    private long _events;
    private RegisteredModel _model = null!;

    private MailScene(TestDatabase database, MailServer server) => (Database, Server) = (database, server);

    public TestDatabase Database { get; }
    public MailServer Server { get; }
    public TestClock Clock { get; } = new();

    public static async Task<MailScene> CreateAsync(DatabaseProvider provider = DatabaseProvider.Sqlite, params string[] serverOptions)
    {
        var scene = new MailScene(await TestDatabase.CreateAsync(provider), new MailServer(serverOptions));
        await using var db = scene.Database.Hub.Open();
        scene._model = await db.GivenModelAsync(Model);
        return scene;
    }

    public static MailSettings Settings(int port, MailTls tls = MailTls.None, int cap = 20, string host = "127.0.0.1") => new()
    {
        Host = host,
        Port = port,
        From = new MailAddress("mlhub@hub.example", "MlHub"),
        Tls = tls,
        BaseUrl = new Uri("https://hub.example/ml/"),
        DailyCap = cap,
    };

    /// <summary>A node of the hub.</summary>
    public MailWorker Node(int? port = null, int cap = 20)
    {
        var settings = Settings(port ?? Server.Port, cap: cap);
        var links = new MailLinks((model, version) => version is { } n ? $"/models/{model}/versions/{n}" : $"/models/{model}", "/inbox", "/account");
        return new MailWorker(Database.Hub, new SmtpMailSender(settings), settings, links, Clock, NullLogger<MailWorker>.Instance);
    }

    public async Task<Caller> GivenPersonAsync(string name, Action<HubUser>? change = null)
    {
        var user = new HubUser { Id = Guid.CreateVersion7(), UserName = name, NormalizedUserName = name.ToUpperInvariant(), Email = $"{name}@people.example" };
        change?.Invoke(user);
        await using var db = Database.Hub.Open();
        db.Add(user);
        await db.SaveChangesAsync();
        await db.GivenGrantAsync(_model, user.AsCaller(), RegistryPermission.Read);
        return user.AsCaller();
    }

    /// <summary>News of version 1 of the model, or of another model, that came up now.</summary>
    public async Task GivenNewsAsync(Caller reader, string text, string kind = "comment.created", long? modelId = null)
    {
        var row = new Notification
        {
            UserId = reader.Id,
            EventId = ++_events,
            Kind = kind,
            At = Clock.GetUtcNow(),
            Actor = "omar",
            ModelId = modelId ?? _model.Id,
            Version = 1,
            Text = text,
        };
        await using var db = Database.Hub.Open();
        db.Add(row);
        await db.SaveChangesAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Server.Dispose();
        await Database.DisposeAsync();
    }
}
