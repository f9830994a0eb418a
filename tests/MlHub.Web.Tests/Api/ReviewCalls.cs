namespace MlHub.Web.Tests.Api;

/// <summary>The rows of <see cref="CallTable"/> for transitions, requests, comments, policies and checks.</summary>
public static class ReviewCalls
{
    public static readonly Dictionary<string, Func<CallTable.Target, CallTable.Sample>> Rows = new()
    {
        ["POST mlflow/model-versions/transition-stage"] = t => new(Body: Move(t)),
        ["POST mlflow/databricks/model-versions/transition-stage"] = t => new(Body: Move(t)),
        ["POST mlflow/transition-requests/create"] = t => new(Body: Move(t)),
        ["GET mlflow/transition-requests/list"] = t => new(Version(t)),
        ["POST mlflow/transition-requests/approve"] = t => new(Body: Move(t)) { Given = WithRequest(t) },
        ["POST mlflow/transition-requests/reject"] = t => new(Body: Move(t)) { Given = WithRequest(t) },
        ["DELETE mlflow/transition-requests/delete"] = t => new($"{Version(t)}&stage=Production&creator=ann") { Given = WithRequest(t) },
        ["GET mlflow/model-versions/activities"] = t => new(Version(t)),
        ["GET mlhub/transition-requests/verdict"] = t => new($"{Version(t)}&stage=Production") { Given = WithRequest(t) },

        ["POST mlflow/comments/create"] = t => new(Body: new { name = t.Model, version = "1", comment = "stolen" }),
        ["PATCH mlflow/comments/update"] = t => new(Body: new { id = t.Comment, comment = "stolen" }) { IsPersonal = true },
        ["DELETE mlflow/comments/delete"] = t => new($"?id={t.Comment}"),
        ["GET mlflow/comments/list"] = t => new(Version(t)),

        ["GET mlhub/policies/get"] = t => new($"?name={t.Model}&stage=Production") { Given = WithPolicy(t) },
        ["GET mlhub/policies/list"] = t => new($"?name={t.Model}"),
        ["POST mlhub/policies/set"] = t => new(Body: new { name = t.Model, stage = "Production", policy = new { approvals = 1 } }),
        ["DELETE mlhub/policies/delete"] = t => new($"?name={t.Model}&stage=Production") { Given = WithPolicy(t) },

        ["POST mlhub/checks/create"] = t => new(Body: Check(t)),
        ["PATCH mlhub/checks/update"] = t => new(Body: Check(t))
        {
            Given = hub => hub.Ann.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/checks/create", Check(t)),
        },
        ["GET mlhub/checks/list"] = t => new(Version(t)),
        ["GET mlhub/compare/model-versions"] = t => new($"?name={t.Model}&versions=1&versions=2")
        {
            Given = hub => hub.Ann.CallAsync("/model-versions/create", new { name = t.Model, source = "s3://bucket/model" }),
        },
        ["GET mlhub/lineage/get"] = t => new($"?kind=model_version&id={t.Model}/1"),
        ["GET mlhub/compare/runs"] = t => new($"?run_ids={t.Run}&run_ids={t.OtherRun}"),
        ["POST mlhub/compare/runs"] = t => new(Body: new { run_ids = new[] { t.Run, t.OtherRun } }),
        ["GET mlhub/explanations/get"] = t => new($"?run_id={t.Run}"),
        ["POST mlhub/explanations/compute"] = t => new(Body: new { run_id = t.Run }) { Given = WithModel(t) },
        // Nothing is computed, so there is nothing to cancel, whatever somebody was given.
        ["POST mlhub/explanations/cancel"] = t => new(Body: new { name = t.Model, version = "1" }) { IsPersonal = true },
        ["POST mlhub/checks/rerun"] = t => new(Body: new { name = t.Model, version = "1" }),
    };

    private static object Check(CallTable.Target target) => new { name = target.Model, version = "1", check = "stolen", state = "passed" };

    private static Func<SharedHub, Task> WithModel(CallTable.Target target) => async hub =>
    {
        await hub.Ann.UploadAsync(target.Experiment, target.Run, "model.onnx", "no model"u8.ToArray());
        await hub.Ann.UploadAsync(target.Experiment, target.Run, "input_example.json", "[[1]]"u8.ToArray());
    };

    private static Func<SharedHub, Task> WithPolicy(CallTable.Target target) => hub =>
        hub.Ann.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/policies/set", new { name = target.Model, stage = "Production", policy = new { approvals = 1 } });

    private static Func<SharedHub, Task> WithRequest(CallTable.Target target) => hub => hub.Ann.CallAsync("/transition-requests/create", Move(target));

    private static string Version(CallTable.Target target) => $"?name={target.Model}&version=1";

    private static object Move(CallTable.Target target) => new { name = target.Model, version = "1", stage = "Production" };
}
