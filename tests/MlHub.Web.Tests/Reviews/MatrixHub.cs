using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Registry;
using MlHub.Reviews;

namespace MlHub.Web.Tests.Reviews;

/// <summary>A hub with one person for each level of the permission matrix.</summary>
public sealed class MatrixHub : TestHub, IAsyncLifetime
{
    private readonly Dictionary<RegistryPermission, (Caller Caller, HttpClient Program)> _people = [];
    private Caller _owner = null!;

    public async ValueTask InitializeAsync()
    {
        _owner = await GivenUserAsync("owner");
        foreach (var level in Enum.GetValues<RegistryPermission>())
        {
            var person = await GivenUserAsync($"with-{level.ToString().ToLowerInvariant()}");
            _people[level] = (person, Bearer(await GivenTokenAsync(person, Scopes.All & ~Scopes.Admin)));
        }
    }

    /// <summary>A new model of the owner's on which somebody has that level, with a version in each stage: 1 None, 2 Staging, 3 Production, 4 Archived.</summary>
    public async Task<MatrixScene> GivenSceneAsync(RegistryPermission level)
    {
        var (person, program) = _people[level];
        await using var db = Open();
        var model = await db.GivenModelAsync($"m-{Guid.NewGuid():N}", _owner);
        foreach (var stage in Stages.All)
        {
            await db.GivenVersionAsync(model, stage, _owner);
        }

        if (level != RegistryPermission.None)
        {
            await db.GivenGrantAsync(model, person, level);
        }

        return new(this, model, person, _owner, program);
    }
}

/// <summary>Who acts, and on what.</summary>
public sealed record MatrixScene(MatrixHub Hub, RegisteredModel Model, Caller Actor, Caller Owner, HttpClient Program)
{
    public string Name => Model.Name;

    /// <summary>The version that is in the stage.</summary>
    public static string In(Stage stage) => ((int)stage + 1).ToString();

    public Task<Answer> PostAsync(string path, object body) => Program.PostedAsync(path, body);

    public Task<Answer> GetAsync(string path) => Program.GotAsync(path);

    public Task<Answer> SendAsync(string method, string path, object body) => Program.AskAsync(new(method), "/api/2.0" + path, body);

    /// <summary>A request of the actor's or the owner's, from whenever they still had a right.</summary>
    public async Task GivenRequestAsync(Stage from, Stage to, Caller creator)
    {
        await using var db = Hub.Open();
        var version = await db.ModelVersions.SingleAsync(v => v.ModelId == Model.Id && v.Stage == from);
        var now = DateTimeOffset.UtcNow;
        db.Add(new TransitionRequest
        {
            VersionId = version.Id,
            ToStage = to,
            RequestedById = creator.Id,
            RequestedBy = creator.Name,
            Comment = "",
            CreatedAt = now,
            UpdatedAt = now,
        });
        await db.SaveChangesAsync();
    }

    public async Task<string> GivenCommentAsync(Caller author)
    {
        await using var db = Hub.Open();
        var version = await db.ModelVersions.FirstAsync(v => v.ModelId == Model.Id);
        var now = DateTimeOffset.UtcNow;
        var comment = new Comment { Id = Guid.NewGuid().ToString("N"), VersionId = version.Id, AuthorId = author.Id, Author = author.Name, Text = "hm", CreatedAt = now, UpdatedAt = now };
        db.Add(comment);
        await db.SaveChangesAsync();
        return comment.Id;
    }

    /// <summary>How often the model changed.</summary>
    public async Task<int> ChangesAsync()
    {
        await using var db = Hub.Open();
        return await db.Events.CountAsync(e => e.ModelId == Model.Id && !e.Kind.StartsWith("access."));
    }
}
