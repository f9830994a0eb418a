using MlHub.Access;
using MlHub.Registry;

namespace MlHub.Web.Tests.Reviews;

/// <summary>
/// Who may do what with a registered model, through REST: every ability by every level. Who has no permission gets 404, as for
/// what is not there; who may read but not do this gets 403; neither changes anything.
/// </summary>
public sealed class PermissionMatrixTests(MatrixHub hub) : IClassFixture<MatrixHub>
{
    private const RegistryPermission Read = RegistryPermission.Read, Edit = RegistryPermission.Edit, Manage = RegistryPermission.Manage;

    private static readonly Dictionary<string, (RegistryPermission Needed, Func<MatrixScene, Task<Answer>> Act)> Abilities = All();

    public static TheoryData<string, RegistryPermission> Matrix
    {
        get
        {
            TheoryData<string, RegistryPermission> cells = [];
            foreach (var ability in Abilities.Keys)
            {
                foreach (var level in Enum.GetValues<RegistryPermission>())
                {
                    cells.Add(ability, level);
                }
            }

            return cells;
        }
    }

    [Theory, MemberData(nameof(Matrix))]
    public async Task Each_level_may_do_what_it_says_and_no_more(string ability, RegistryPermission level)
    {
        var scene = await hub.GivenSceneAsync(level);
        var (needed, act) = Abilities[ability];
        var before = await scene.ChangesAsync();

        var answer = await act(scene);

        var (status, code) = level >= needed ? (200, null) : level == RegistryPermission.None ? (404, "RESOURCE_DOES_NOT_EXIST") : (403, "PERMISSION_DENIED");
        Assert.True((status, code) == (answer.Status, answer.Code), $"{answer.Status} {answer.Text}");
        if (status != 200)
        {
            Assert.Equal(before, await scene.ChangesAsync());
        }
    }

    private static Dictionary<string, (RegistryPermission, Func<MatrixScene, Task<Answer>>)> All()
    {
        Dictionary<string, (RegistryPermission, Func<MatrixScene, Task<Answer>>)> rows = new()
        {
            ["see the model"] = (Read, s => s.GetAsync($"/registered-models/get?name={s.Name}")),
            ["see the model as Databricks shows it"] = (Read, s => s.GetAsync($"/databricks/registered-models/get?name={s.Name}")),
            ["see the newest versions"] = (Read, s => s.GetAsync($"/registered-models/get-latest-versions?name={s.Name}")),
            ["see a version"] = (Read, s => s.GetAsync($"/model-versions/get?name={s.Name}&version=1")),
            ["see where a version's files are"] = (Read, s => s.GetAsync($"/model-versions/get-download-uri?name={s.Name}&version=1")),
            ["see requests"] = (Read, s => s.GetAsync($"/transition-requests/list?name={s.Name}&version=1")),
            ["see activities"] = (Read, s => s.GetAsync($"/model-versions/activities?name={s.Name}&version=1")),
            ["see comments"] = (Read, s => s.GetAsync($"/comments/list?name={s.Name}&version=1")),
            ["see checks"] = (Read, s => s.Program.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/checks/list?name={s.Name}&version=1")),
            ["see policies"] = (Read, s => s.Program.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/policies/list?name={s.Name}")),

            ["ask for a stage"] = (Read, s => s.PostAsync("/transition-requests/create", new { name = s.Name, version = "1", stage = "Production" })),
            ["comment"] = (Read, s => s.PostAsync("/comments/create", new { name = s.Name, version = "1", comment = "hm" })),
            ["take back one's own request"] = (Read, async s => await CancelAsync(s, s.Actor)),
            ["take back somebody else's request"] = (Manage, async s => await CancelAsync(s, s.Owner)),
            ["delete one's own comment"] = (Read, async s => await s.SendAsync("DELETE", "/mlflow/comments/delete", new { id = await s.GivenCommentAsync(s.Actor) })),
            ["delete somebody else's comment"] = (Manage, async s => await s.SendAsync("DELETE", "/mlflow/comments/delete", new { id = await s.GivenCommentAsync(s.Owner) })),
            ["change one's own comment"] = (Read, async s => await s.SendAsync("PATCH", "/mlflow/comments/update", new { id = await s.GivenCommentAsync(s.Actor), comment = "so" })),

            ["add a version"] = (Edit, s => s.PostAsync("/model-versions/create", new { name = s.Name, source = "s3://bucket/model" })),
            ["describe the model"] = (Edit, s => s.SendAsync("PATCH", "/mlflow/registered-models/update", new { name = s.Name, description = "new" })),
            ["describe a version"] = (Edit, s => s.SendAsync("PATCH", "/mlflow/model-versions/update", new { name = s.Name, version = "1", description = "new" })),
            ["tag the model"] = (Edit, s => s.PostAsync("/registered-models/set-tag", new { name = s.Name, key = "k", value = "v" })),
            ["tag a version"] = (Edit, s => s.PostAsync("/model-versions/set-tag", new { name = s.Name, version = "1", key = "k", value = "v" })),
            ["point an alias at a version"] = (Edit, s => s.PostAsync("/registered-models/alias", new { name = s.Name, version = "1", alias = "champion" })),
            ["report a check"] = (Edit, s => s.SendAsync("POST", "/mlhub/checks/create", new { name = s.Name, version = "1", check = "bias", state = "passed" })),
            ["run MlHub's checks again"] = (Edit, s => s.SendAsync("POST", "/mlhub/checks/rerun", new { name = s.Name, version = "1" })),

            ["rename the model"] = (Manage, async s => await RenameAsync(s)),
            ["share the model"] = (Manage, s => s.PostAsync("/registered-models/permissions/create", new { name = s.Name, username = "owner", permission = "MANAGE" })),
            ["set a policy"] = (Manage, s => s.SendAsync("POST", "/mlhub/policies/set", new { name = s.Name, stage = "Production", policy = new { approvals = 1 } })),
            ["delete a version"] = (Manage, s => s.SendAsync("DELETE", "/mlflow/model-versions/delete", new { name = s.Name, version = "1" })),
            ["delete the model"] = (Manage, async s => await EmptyAsync(s)),
        };
        foreach (var from in Stages.All)
        {
            foreach (var to in Stages.All.Where(t => t != from))
            {
                var needed = from == Stage.Production || to == Stage.Production ? RegistryPermission.ManageProduction : RegistryPermission.ManageStaging;
                rows[$"move from {from} to {to}"] = (needed, s => s.PostAsync("/databricks/model-versions/transition-stage", Move(s, from, to)));
                rows[$"approve a move from {from} to {to}"] = (needed, s => DecideAsync(s, "approve", from, to));
            }
        }

        rows["move from None to Staging as MLflow's clients do"] = (RegistryPermission.ManageStaging, s => s.PostAsync("/model-versions/transition-stage", Move(s, Stage.None, Stage.Staging)));
        rows["move from None to Production as MLflow's clients do"] = (RegistryPermission.ManageProduction, s => s.PostAsync("/model-versions/transition-stage", Move(s, Stage.None, Stage.Production)));
        rows["reject a move from None to Staging"] = (RegistryPermission.ManageStaging, s => DecideAsync(s, "reject", Stage.None, Stage.Staging));
        rows["reject a move from None to Production"] = (RegistryPermission.ManageProduction, s => DecideAsync(s, "reject", Stage.None, Stage.Production));
        rows["reject a move from Production to Archived"] = (RegistryPermission.ManageProduction, s => DecideAsync(s, "reject", Stage.Production, Stage.Archived));
        return rows;
    }

    private static object Move(MatrixScene scene, Stage from, Stage to) =>
        new { name = scene.Name, version = MatrixScene.In(from), stage = to.ToString(), archive_existing_versions = to.IsLive(), comment = "as agreed" };

    private static async Task<Answer> DecideAsync(MatrixScene scene, string decision, Stage from, Stage to)
    {
        await scene.GivenRequestAsync(from, to, scene.Owner);
        return await scene.PostAsync($"/transition-requests/{decision}", Move(scene, from, to));
    }

    private static async Task<Answer> CancelAsync(MatrixScene scene, Caller creator)
    {
        await scene.GivenRequestAsync(Stage.None, Stage.Staging, creator);
        return await scene.SendAsync("DELETE", "/mlflow/transition-requests/delete", new { name = scene.Name, version = "1", stage = "Staging", creator = creator.Name });
    }

    /// <summary>Neither is allowed while a version is in Staging or Production.</summary>
    private static async Task<Answer> RenameAsync(MatrixScene scene)
    {
        await ArchiveAllAsync(scene);
        return await scene.PostAsync("/registered-models/rename", new { name = scene.Name, new_name = $"r-{Guid.NewGuid():N}" });
    }

    private static async Task<Answer> EmptyAsync(MatrixScene scene)
    {
        await ArchiveAllAsync(scene);
        return await scene.SendAsync("DELETE", "/mlflow/registered-models/delete", new { name = scene.Name });
    }

    private static async Task ArchiveAllAsync(MatrixScene scene)
    {
        await using var db = scene.Hub.Open();
        foreach (var version in db.ModelVersions.Where(v => v.ModelId == scene.Model.Id).ToList())
        {
            version.MoveTo(Stage.Archived, DateTimeOffset.UtcNow);
        }

        await db.SaveChangesAsync();
    }
}
