using MlHub.Access;
using MlHub.Web.Api;
using MlHub.Web.Tests.Api;

namespace MlHub.Web.Tests.Calls;

/// <summary>Every call that changes something, on what is deleted: refused in MLflow's words, or it is said here what it does.</summary>
public sealed class DeletedWalkTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private const Scopes Changes = Scopes.TrackingWrite | Scopes.ArtifactsWrite | Scopes.ArtifactsDelete;

    /// <summary>What is done all the same: the end of what is deleted, one way or the other, and who may see it.</summary>
    private static readonly string[] StillDone =
    [
        "POST mlflow/runs/restore", "POST mlhub/runs/delete-permanently", "POST mlflow/experiments/restore", "POST mlhub/experiments/delete-permanently",
        "POST mlflow/experiments/permissions/create", "PATCH mlflow/experiments/permissions/update", "DELETE mlflow/experiments/permissions/delete",
    ];

    /// <summary>What is answered otherwise: what is so already, as MLflow's server answers it, and uploads that were never begun.</summary>
    private static readonly Dictionary<string, int> Otherwise = new()
    {
        ["POST mlflow/runs/delete"] = 200,
        ["POST mlflow/experiments/delete"] = 404,
        ["POST mlflow-artifacts/mpu/complete/{**path}"] = 404,
        ["POST mlflow-artifacts/mpu/abort/{**path}"] = 404,
    };

    [Fact]
    public async Task A_deleted_run_takes_nothing_more()
    {
        var target = await GivenWithoutVersionAsync();
        await hub.Ann.CallAsync("/runs/delete", new { run_id = target.Run });

        await RequireRefusedAsync(target, call => Says(call, target.Run), $"The run {target.Run} must be in the 'active' state. Current state is deleted.");
    }

    [Fact]
    public async Task A_deleted_experiment_takes_nothing_more()
    {
        var target = await GivenWithoutVersionAsync();
        await hub.Ann.CallAsync("/experiments/delete", new { experiment_id = target.Experiment });

        await RequireRefusedAsync(target, call => (string?)call.Fields["experiment_id"] == target.Experiment, $"The experiment {target.Experiment} must be in the 'active' state. Current state is deleted.");
    }

    [Fact]
    public async Task A_deleted_logged_model_is_gone()
    {
        var target = await GivenWithoutVersionAsync();
        Assert.Equal(200, (await hub.Ann.AskAsync(HttpMethod.Delete, $"/api/2.0/mlflow/logged-models/{target.LoggedModel}")).Status);

        var calls = FieldedCall.All(hub, target).Where(c => c.Path.Contains(target.LoggedModel, StringComparison.Ordinal) || c.Name == "GET /logged-models/get-artifact").ToList();

        Assert.True(calls.Count >= 9);
        foreach (var call in calls)
        {
            var answer = await call.AskAsync(hub.Ann);
            Assert.Equal((call.Name, 404, $"Logged model with ID '{target.LoggedModel}' not found."), (call.Name, answer.Status, answer.Message));
        }
    }

    [Fact]
    public async Task What_is_deleted_can_still_be_read()
    {
        var target = await GivenWithoutVersionAsync();
        await hub.Ann.CallAsync("/runs/delete", new { run_id = target.Run });
        await hub.Ann.CallAsync("/experiments/delete", new { experiment_id = target.Experiment });

        foreach (var call in FieldedCall.All(hub, target).Where(c => c.Method == HttpMethod.Get && (Says(c, target.Run) || (string?)c.Fields["experiment_id"] == target.Experiment)))
        {
            var answer = await call.AskAsync(hub.Ann);
            Assert.True(answer.Status == 200, $"{call.Name} answered {answer.Status} {answer.Text}");
        }
    }

    private async Task RequireRefusedAsync(CallTable.Target target, Func<FieldedCall, bool> isAbout, string words)
    {
        var scopes = WalkedEndpoint.All(hub).Where(e => e.Declared is { Kind: AccessKind.Token }).DistinctBy(e => $"{e.Method} {e.Call}").ToDictionary(e => $"{e.Method} {e.Call}", e => e.Declared!.Scope);
        var calls = FieldedCall.All(hub, target).Where(c => isAbout(c) && (scopes.GetValueOrDefault(c.Name) & Changes) != 0 && !StillDone.Contains(c.Name)).ToList();
        List<string> wrong = [];
        foreach (var call in calls)
        {
            var answer = await call.AskAsync(hub.Ann);
            var isRefused = Otherwise.TryGetValue(call.Name, out var status) ? answer.Status == status : (answer.Status, answer.Code, answer.Message) == (400, "INVALID_PARAMETER_VALUE", words);
            wrong.AddRange(isRefused ? [] : [$"{call.Name} answered {answer.Status} {answer.Text}"]);
        }

        Assert.True(calls.Count >= 5);
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    private static bool Says(FieldedCall call, string id) => call.Path.Contains(id, StringComparison.Ordinal) || call.Fields.ToJsonString().Contains(id, StringComparison.Ordinal) || call.Query.ToJsonString().Contains(id, StringComparison.Ordinal);

    private async Task<CallTable.Target> GivenWithoutVersionAsync()
    {
        var target = await CallTarget.GivenAsync(hub.Ann);
        await hub.Ann.AskAsync(HttpMethod.Delete, "/api/2.0/mlflow/model-versions/delete", new { name = target.Model, version = "1" });
        return target;
    }
}
