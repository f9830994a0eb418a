using Bunit;
using MlHub.Access;
using MlHub.Registry;
using MlHub.Reviews;
using MlHub.Web.Live;

namespace MlHub.Web.Tests.Reviews;

/// <summary>The parts of a version's page. Ann manages the model, Bob may move it to Production, Rita may read it; version 2 is the one to decide on.</summary>
public abstract class ReviewPage : LivePage
{
    protected Caller Bob { get; private set; } = null!;

    protected Caller Rita { get; private set; } = null!;

    protected RegisteredModel Model { get; private set; } = null!;

    protected ModelVersion Version { get; private set; } = null!;

    protected VersionKey Key => new(Model.Name, 2);

    protected async Task GivenModelAsync(Stage stage = Stage.None)
    {
        (Bob, Rita) = (await Hub.GivenUserAsync("bob"), await Hub.GivenUserAsync("rita"));
        await using var db = Hub.Open();
        Model = await db.GivenModelAsync("prices", Ann);
        await db.GivenVersionAsync(Model, Stage.Production, Ann);
        Version = await db.GivenVersionAsync(Model, stage, Ann);
        await db.GivenGrantAsync(Model, Bob, RegistryPermission.ManageProduction);
        await db.GivenGrantAsync(Model, Rita, RegistryPermission.Read);
    }

    protected Task AskAsync(Caller who, string? comment = null) => The<TransitionRequests>().OpenAsync(who, Key, Stage.Production, comment, default);

    protected Task ApproveAsync(Caller who) => The<TransitionRequests>().ApproveAsync(who, Key, Stage.Production, false, null, null, default);

    /// <summary>An island of the page, which all take the same three parameters.</summary>
    protected IRenderedComponent<T> Open<T>(Caller who, long? asOf = null)
        where T : LiveComponent =>
        RenderAs<T>(who, p =>
        {
            p.TryAdd("ModelId", Model.Id);
            p.TryAdd("Name", Model.Name);
            p.TryAdd("Number", 2);
            if (asOf is not null)
            {
                p.TryAdd("AsOf", asOf);
            }
        });
}
