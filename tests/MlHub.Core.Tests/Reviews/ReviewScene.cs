using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Adapters.Databases;
using MlHub.Core.Tests.Access;
using MlHub.Registry;
using MlHub.Reviews;
using MlHub.Testing.Databases;

namespace MlHub.Core.Tests.Reviews;

/// <summary>A model with one version in Production and one to come after it; Ann may edit, Bob and Cleo manage Production, Mia manages all.</summary>
internal sealed class ReviewScene : IAsyncDisposable
{
    public static readonly VersionKey Old = new("prices", 1), New = new("prices", 2);

    private ReviewScene(TestDatabase database) => Database = database;

    public TestDatabase Database { get; }
    public TestClock Clock { get; } = new();
    public RegisteredModel Model { get; private set; } = null!;
    public Caller Ann { get; private set; } = null!;
    public Caller Bob { get; private set; } = null!;
    public Caller Cleo { get; private set; } = null!;
    public Caller Mia { get; private set; } = null!;
    public TransitionRequests Requests => new(Database.Hub, Clock);
    public Transitions Transitions => new(Database.Hub, Clock);
    public Policies Policies => new(Database.Hub, Clock);
    public Checks Checks => new(Database.Hub, Clock);
    public Timelines Timelines => new(Database.Hub);

    public static async Task<ReviewScene> CreateAsync(DatabaseProvider provider = DatabaseProvider.Sqlite)
    {
        var scene = new ReviewScene(await TestDatabase.CreateAsync(provider));
        scene.Ann = await scene.GivenPersonAsync("ann", RegistryPermission.Edit);
        scene.Bob = await scene.GivenPersonAsync("bob", RegistryPermission.ManageProduction);
        scene.Cleo = await scene.GivenPersonAsync("cleo", RegistryPermission.ManageProduction);
        scene.Mia = await scene.GivenPersonAsync("mia", RegistryPermission.Manage);
        await using var db = scene.Database.Hub.Open();
        scene.Model = await db.GivenModelAsync("prices");
        await db.GivenVersionAsync(scene.Model, Stage.Production, scene.Cleo);
        await db.GivenVersionAsync(scene.Model, Stage.None, scene.Ann);
        return scene;
    }

    /// <summary>Somebody with a right on every model.</summary>
    public async Task<Caller> GivenPersonAsync(string name, RegistryPermission permission)
    {
        var user = await Database.GivenUserAsync(name);
        await using var db = Database.Hub.Open();
        await db.GivenGrantAsync(null, user, permission);
        return user;
    }

    public Task<PromotionPolicy> GivenPolicyAsync(PromotionPolicy policy, Stage stage = Stage.Production) =>
        Policies.SetAsync(Mia, "prices", stage, policy, default);

    public Task<TransitionRequest> GivenRequestAsync(Stage stage = Stage.Production) => Requests.OpenAsync(Ann, New, stage, "better everywhere", default);

    public Task<Activity> ApproveAsync(Caller who, bool archive = false, string? overrideReason = null) =>
        Requests.ApproveAsync(who, New, Stage.Production, archive, "looks good", overrideReason, default);

    public async Task<Dictionary<int, Stage>> StagesAsync()
    {
        await using var db = Database.Hub.Open();
        return await db.ModelVersions.ToDictionaryAsync(v => v.Number, v => v.Stage);
    }

    /// <summary>What happened to the new version, oldest first.</summary>
    public async Task<List<string>> HistoryAsync()
    {
        await using var db = Database.Hub.Open();
        return await db.Events.Where(e => e.Version == New.Number).OrderBy(e => e.Id).Select(e => e.Kind).ToListAsync();
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}
