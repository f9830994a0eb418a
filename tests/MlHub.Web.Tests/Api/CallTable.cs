namespace MlHub.Web.Tests.Api;

/// <summary>
/// For each call of the API, a valid body on somebody's experiment and run. A new call needs a row here: the walk over
/// the running application's endpoints fails without it.
/// </summary>
public static class CallTable
{
    private static readonly Dictionary<string, Func<Target, Sample>> Rows = new()
    {
        // These two concern nobody else's experiment: what they answer to a stranger is said here.
        ["POST mlflow/experiments/create"] = t => new(Body: new { name = $"of {Guid.NewGuid():N}" }, Stranger: 200),
        ["POST mlflow/users/create"] = t => new(Body: new { username = $"u{Guid.NewGuid():N}", password = TestHub.Password }, Stranger: 403),

        ["GET mlflow/experiments/get"] = t => new($"?experiment_id={t.Experiment}"),
        ["GET mlflow/experiments/get-by-name"] = t => new($"?experiment_name={t.Name}"),
        ["GET mlflow/experiments/search"] = t => new("?max_results=100", Stranger: 200),
        ["POST mlflow/experiments/search"] = t => new(Body: new { max_results = 100, filter = $"name = '{t.Name}'" }, Stranger: 200),
        ["GET mlflow/experiments/list"] = t => new("?view_type=ALL", Stranger: 200),
        ["POST mlflow/experiments/update"] = t => new(Body: new { experiment_id = t.Experiment, new_name = $"stolen {Guid.NewGuid():N}" }),
        ["POST mlflow/experiments/delete"] = t => new(Body: new { experiment_id = t.Experiment }) { Given = WithoutVersion(t) },
        ["POST mlflow/experiments/restore"] = t => new(Body: new { experiment_id = t.Experiment }) { Given = WithoutVersion(t, then: "/experiments/delete", new { experiment_id = t.Experiment }) },
        ["POST mlflow/experiments/set-experiment-tag"] = t => new(Body: new { experiment_id = t.Experiment, key = "k", value = "stolen" }),
        ["GET mlflow/metrics/get-history-bulk"] = t => new($"?run_id={t.Run}&metric_key=m", Stranger: 200),
        ["GET mlflow/metrics/get-history-bulk-interval"] = t => new($"?run_ids={t.Run}&metric_key=m", Stranger: 200),
        ["GET mlhub/metrics/curves"] = t => new($"?run_ids={t.Run}&metric_key=m", Stranger: 200),
        ["POST mlhub/metrics/curves"] = t => new(Body: new { run_ids = new[] { t.Run }, metric_key = "m" }, Stranger: 200),
        ["GET /curves"] = t => new($"?runs={t.Run}&metric_key=m", Stranger: 200),
        ["GET /curves.csv"] = t => new($"?run_id={t.Run}&metric_key=m"),
        ["POST mlflow/experiments/search-datasets"] = t => new(Body: new { experiment_ids = new[] { t.Experiment } }, Stranger: 200),
        ["POST mlflow/experiments/delete-experiment-tag"] = t => new(Body: new { experiment_id = t.Experiment, key = "k" }),

        ["GET mlflow/users/get"] = t => new("?username=ann", Stranger: 403),
        ["GET mlflow/users/current"] = t => new(Stranger: 200),
        ["GET mlflow/users/list"] = t => new(Stranger: 403),
        ["PATCH mlflow/users/update-password"] = t => OfSomebody(name => new { username = name, password = "stolen from them" }),
        ["PATCH mlflow/users/update-admin"] = t => OfSomebody(name => new { username = name, is_admin = true }),
        ["DELETE mlflow/users/delete"] = t => OfSomebody(name => new { username = name }),
        ["POST mlhub/groups/create"] = t => new(Body: new { name = $"g{Guid.NewGuid():N}" }, Stranger: 403),
        ["GET mlhub/groups/list"] = t => new(Stranger: 403),
        ["POST mlhub/groups/rename"] = t => OfGroup(name => new { name, new_name = $"{name} again" }),
        ["DELETE mlhub/groups/delete"] = t => OfGroup(name => new { name }),
        ["POST mlhub/groups/add-member"] = t => OfGroup(name => new { name, username = "ada" }),
        ["POST mlhub/groups/remove-member"] = t => OfGroup(name => new { name, username = "ann" }),
        ["POST mlhub/service-accounts/create"] = t => new(Body: new { name = $"s{Guid.NewGuid():N}" }, Stranger: 403),
        ["GET mlhub/service-accounts/list"] = t => new(Stranger: 403),
        ["DELETE mlhub/service-accounts/delete"] = t => OfServiceAccount(name => new { name }),
        ["POST mlhub/service-accounts/create-token"] = t => OfServiceAccount(name => new { service_account = name, name = "n", scopes = new[] { "TrackingRead" } }),
        ["GET mlhub/effective-rights"] = t => new($"?user=ann&model={t.Model}"),

        ["GET permissions/registered-models/{id}"] = t => new(),
        ["PUT permissions/registered-models/{id}"] = t => new(Body: AccessControl()),
        ["PATCH permissions/registered-models/{id}"] = t => new(Body: AccessControl()),
        ["GET permissions/registered-models/{id}/permissionLevels"] = t => new(),
        ["GET permissions/experiments/{id}"] = t => new(),
        ["PUT permissions/experiments/{id}"] = t => new(Body: AccessControl()),
        ["PATCH permissions/experiments/{id}"] = t => new(Body: AccessControl()),
        ["GET permissions/experiments/{id}/permissionLevels"] = t => new(),
        ["POST mlflow/registered-models/permissions/create"] = t => new(Body: ModelPermission(t)),
        ["PATCH mlflow/registered-models/permissions/update"] = t => new(Body: ModelPermission(t)),
        ["GET mlflow/registered-models/permissions/get"] = t => new($"?name={t.Model}&username=ann"),
        ["DELETE mlflow/registered-models/permissions/delete"] = t => new(Body: new { name = t.Model, username = "ann" }),
        ["POST mlflow/experiments/permissions/create"] = t => new(Body: Permission(t)),
        ["PATCH mlflow/experiments/permissions/update"] = t => new(Body: Permission(t)),
        ["GET mlflow/experiments/permissions/get"] = t => new($"?experiment_id={t.Experiment}&username=ann"),
        ["DELETE mlflow/experiments/permissions/delete"] = t => new(Body: new { experiment_id = t.Experiment, username = "ann" }),

        ["GET mlhub/folders/list"] = t => new($"?path=team-{t.Experiment}", Stranger: 200),
        ["GET mlhub/folders/permissions"] = t => new($"?path=team-{t.Experiment}"),
        ["PUT mlhub/folders/permissions"] = t => new(Body: FolderPermission(t)),
        ["PATCH mlhub/folders/permissions"] = t => new(Body: FolderPermission(t)),
        ["POST mlhub/runs/delete-permanently"] = t => new(Body: new { run_ids = new[] { t.Run } }) { Given = WithoutVersion(t, then: "/runs/delete", new { run_id = t.Run }) },
        ["POST mlhub/experiments/delete-permanently"] = t => new(Body: new { experiment_ids = new[] { t.Experiment } }) { Given = WithoutVersion(t, then: "/experiments/delete", new { experiment_id = t.Experiment }) },
        ["POST mlhub/runs/move"] = t => new(Body: new { run_ids = new[] { t.Run }, experiment_id = t.Experiment }),
        ["POST mlhub/runs/copy"] = t => new(Body: new { run_ids = new[] { t.Run }, experiment_id = t.Experiment }),
        ["POST mlhub/experiments/saved-views/create"] = t => new(Body: new { experiment_id = t.Experiment, kind = "runs", name = $"stolen {Guid.NewGuid():N}", state = "x" }),
        ["GET mlhub/experiments/saved-views/list"] = t => new($"?experiment_id={t.Experiment}&kind=runs"),
        ["PATCH mlhub/experiments/saved-views/update"] = t => new(Body: new { view_id = t.View, name = "stolen" }),
        ["DELETE mlhub/experiments/saved-views/delete"] = t => new(Body: new { view_id = t.View }),
        ["POST mlhub/experiments/saved-views/set-default"] = t => new(Body: new { experiment_id = t.Experiment, kind = "runs", view_id = t.View }),
        ["GET /runs-table/export"] = t => new($"?experiment_id={t.Experiment}&format=csv"),
        ["GET mlhub/retention/preview"] = t => new(Stranger: 403),

        ["POST mlflow/runs/create"] = t => new(Body: new { experiment_id = t.Experiment }),
        ["GET mlflow/runs/get"] = t => new($"?run_id={t.Run}"),
        ["POST mlflow/runs/update"] = t => new(Body: new { run_id = t.Run, status = "KILLED", run_name = "stolen" }),
        ["POST mlflow/runs/delete"] = t => new(Body: new { run_id = t.Run }) { Given = WithoutVersion(t) },
        ["POST mlflow/runs/restore"] = t => new(Body: new { run_id = t.Run }),
        ["POST mlflow/runs/search"] = t => new(Body: new { experiment_ids = new[] { t.Experiment }, run_view_type = "ALL" }, Stranger: 200),
        ["POST mlflow/runs/log-metric"] = t => new(Body: new { run_id = t.Run, key = "m", value = 666, timestamp = 1, step = 9 }),
        ["POST mlflow/runs/log-parameter"] = t => new(Body: new { run_id = t.Run, key = "stolen", value = "x" }),
        ["POST mlflow/runs/log-batch"] = t => new(Body: new { run_id = t.Run, tags = new[] { new { key = "stolen", value = "x" } } }),
        ["POST mlflow/runs/set-tag"] = t => new(Body: new { run_id = t.Run, key = "stolen", value = "x" }),
        ["POST mlflow/runs/delete-tag"] = t => new(Body: new { run_id = t.Run, key = "k" }),
        ["POST mlflow/runs/log-inputs"] = t => new(Body: new
        {
            run_id = t.Run,
            datasets = new[] { new { dataset = new { name = "n", digest = "d", source_type = "s", source = "x" } } },
        }),
        ["POST mlflow/runs/log-model"] = t => new(Body: new
        {
            run_id = t.Run,
            model_json = """{"artifact_path":"m","flavors":{},"utc_time_created":"now","run_id":"r"}""",
        }),
        ["GET mlflow/metrics/get-history"] = t => new($"?run_id={t.Run}&metric_key=m"),

        ["POST mlflow/runs/outputs"] = t => new(Body: new { run_id = t.Run, models = new[] { new { model_id = t.LoggedModel, step = 9 } } }),
        ["POST mlflow/logged-models"] = t => new(Body: new { experiment_id = t.Experiment, name = "stolen" }),
        ["POST mlflow/logged-models/search"] = t => new(Body: new { experiment_ids = new[] { t.Experiment } }, Stranger: 200),
        ["GET mlflow/logged-models/{id}"] = t => new(),
        ["PATCH mlflow/logged-models/{id}"] = t => new(Body: new { model_id = t.LoggedModel, status = "LOGGED_MODEL_UPLOAD_FAILED" }),
        ["DELETE mlflow/logged-models/{id}"] = t => new(Body: new { model_id = t.LoggedModel }),
        ["PATCH mlflow/logged-models/{id}/tags"] = t => new(Body: new { model_id = t.LoggedModel, tags = new[] { new { key = "k", value = "stolen" } } }),
        ["DELETE mlflow/logged-models/{id}/tags/{**key}"] = t => new("k"),
        ["POST mlflow/logged-models/{id}/params"] = t => new(Body: new { model_id = t.LoggedModel, @params = new[] { new { key = "stolen", value = "x" } } }),
        ["GET mlflow/logged-models/{id}/artifacts/directories"] = t => new(),
        ["GET mlflow/logged-models/{id}/artifacts/files"] = t => new("?artifact_file_path=secret.txt"),
        ["GET /logged-models/get-artifact"] = t => new($"?model_id={t.LoggedModel}&path=secret.txt"),

        ["GET mlflow/artifacts/list"] = t => new($"?run_id={t.Run}"),
        ["GET mlflow-artifacts/artifacts"] = t => new($"?path={t.Experiment}/{t.Run}/artifacts"),
        ["GET mlflow-artifacts/artifacts/{**path}"] = t => new($"{t.Experiment}/{t.Run}/artifacts/secret.txt"),
        ["POST mlflow-artifacts/mpu/create/{**path}"] = t => new($"{t.Experiment}/{t.Run}/artifacts", Body: new { path = "/home/ann/stolen.bin", num_parts = 2 }),
        ["POST mlflow-artifacts/mpu/complete/{**path}"] = t => new($"{t.Experiment}/{t.Run}/artifacts", Body: new { path = "stolen.bin", upload_id = new string('0', 32), parts = new[] { new { part_number = 1, etag = "x" } } }) { IsPersonal = true },
        ["POST mlflow-artifacts/mpu/abort/{**path}"] = t => new($"{t.Experiment}/{t.Run}/artifacts", Body: new { path = "stolen.bin", upload_id = new string('0', 32) }) { IsPersonal = true },
        ["GET mlhub/uploads/get"] = t => new($"?upload_id={new string('0', 32)}") { IsPersonal = true },
        ["GET mlflow-artifacts/presigned/{**path}"] = t => new($"{t.Experiment}/{t.Run}/artifacts/secret.txt"),
        ["POST mlflow/artifacts/presigned-upload-url"] = t => new(Body: new { run_id = t.Run, path = "stolen.txt" }),
        ["POST mlflow/artifacts/presigned-download-url"] = t => new(Body: new { run_id = t.Run, path = "secret.txt" }),
        ["POST mlflow/upload-artifact"] = t => new($"?run_uuid={t.Run}&path=stolen.txt", Body: "stolen"),
        ["GET mlhub/artifacts/state"] = t => new(Stranger: 403),
        ["POST mlhub/artifacts/sweep"] = t => new(Body: new { dry_run = true }, Stranger: 403),
        ["PUT mlflow-artifacts/artifacts/{**path}"] = t => new($"{t.Experiment}/{t.Run}/artifacts/secret.txt", Body: "stolen") { Given = WithoutVersion(t) },
        ["DELETE mlflow-artifacts/artifacts/{**path}"] = t => new($"{t.Experiment}/{t.Run}/artifacts/secret.txt") { Given = WithoutVersion(t) },
        ["POST mlflow/registered-models/create"] = t => new(Body: new { name = $"of {Guid.NewGuid():N}" }, Stranger: 200),
        ["GET mlflow/registered-models/get"] = t => new($"?name={t.Model}"),
        ["GET mlflow/databricks/registered-models/get"] = t => new($"?name={t.Model}"),
        ["GET mlflow/registered-models/search"] = t => new($"?filter=name+%3D+'{t.Model}'", Stranger: 200),
        ["GET mlflow/registered-models/list"] = t => new("?max_results=1000", Stranger: 200),
        ["POST mlflow/registered-models/rename"] = t => new(Body: new { name = t.Model, new_name = $"stolen-{Guid.NewGuid():N}" }),
        ["PATCH mlflow/registered-models/update"] = t => new(Body: new { name = t.Model, description = "stolen" }),
        ["DELETE mlflow/registered-models/delete"] = t => new(Body: new { name = t.Model }),
        ["POST mlflow/registered-models/set-tag"] = t => new(Body: new { name = t.Model, key = "k", value = "stolen" }),
        ["DELETE mlflow/registered-models/delete-tag"] = t => new(Body: new { name = t.Model, key = "k" }),
        ["POST mlflow/registered-models/alias"] = t => new(Body: new { name = t.Model, alias = "champion", version = "1" }),
        ["DELETE mlflow/registered-models/alias"] = t => new(Body: new { name = t.Model, alias = "champion" }),
        ["GET mlflow/registered-models/alias"] = t => new($"?name={t.Model}&alias=champion"),
        ["GET mlflow/registered-models/get-latest-versions"] = t => new($"?name={t.Model}"),
        ["POST mlflow/registered-models/get-latest-versions"] = t => new(Body: new { name = t.Model }),

        ["POST mlflow/model-versions/create"] = t => new(Body: new { name = t.Model, source = "s3://bucket/model" }),
        ["GET mlflow/model-versions/get"] = t => new($"?name={t.Model}&version=1"),
        ["GET mlflow/model-versions/search"] = t => new($"?filter=name+%3D+'{t.Model}'", Stranger: 200),
        ["PATCH mlflow/model-versions/update"] = t => new(Body: new { name = t.Model, version = "1", description = "stolen" }),
        ["DELETE mlflow/model-versions/delete"] = t => new(Body: new { name = t.Model, version = "1" }),
        ["GET mlflow/model-versions/get-download-uri"] = t => new($"?name={t.Model}&version=1"),
        ["POST mlflow/model-versions/set-tag"] = t => new(Body: new { name = t.Model, version = "1", key = "k", value = "stolen" }),
        ["DELETE mlflow/model-versions/delete-tag"] = t => new(Body: new { name = t.Model, version = "1", key = "k" }),

        ["GET mlhub/audit/head"] = t => new(Stranger: 403),
        ["GET mlhub/audit/verify"] = t => new(Stranger: 403),
        ["GET mlhub/audit/export"] = t => new("?actor=ann", Stranger: 403),
        ["GET /admin/audit/export"] = t => new("?actor=ann", Stranger: 403),
        ["GET mlhub/inbox/list"] = t => new("?unread_only=true", Stranger: 200),
        ["POST mlhub/inbox/mark-read"] = t => new(Body: new { ids = new[] { 1 } }, Stranger: 200),
        ["GET mlhub/registered-models/stage-history"] = t => new($"?name={t.Model}"),
        ["GET mlhub/follows/get"] = t => new($"?name={t.Model}&version=1"),
        ["POST mlhub/follows/set-model"] = t => new(Body: new { name = t.Model, level = "ALL" }),
        ["POST mlhub/follows/set-version"] = t => new(Body: new { name = t.Model, version = "1", follow = true }),
        ["POST mlhub/model-versions/upload"] = t => new(Body: new { name = t.Model }),
        ["POST mlhub/model-versions/finalize"] = t => new(Body: new { name = t.Model, version = "1" }),
        ["POST mlhub/model-versions/verify"] = t => new(Body: new { name = t.Model, version = "1" }),
        ["GET /model-versions/get-artifact"] = t => new($"?name={t.Model}&version=1&path=secret.txt"),

        ["GET /openapi.json"] = t => new(Stranger: 200),
        ["GET /get-artifact"] = t => new($"?run_id={t.Run}&path=secret.txt"),
    };

    /// <summary>Null where the table lacks the call.</summary>
    public static Sample? For(string method, string pattern, Target target) =>
        (Rows.GetValueOrDefault($"{method} {pattern}") ?? ReviewCalls.Rows.GetValueOrDefault($"{method} {pattern}") ?? ServingCalls.Rows.GetValueOrDefault($"{method} {pattern}") ?? WebhookCalls.Rows.GetValueOrDefault($"{method} {pattern}"))?.Invoke(target);

    private static object Permission(Target target) => new { experiment_id = target.Experiment, username = "bob", permission = "MANAGE" };

    private static object FolderPermission(Target target) =>
        new { path = $"team-{target.Experiment}", access_control_list = new[] { new { user_name = "bob", permission_level = "CAN_MANAGE" } } };

    private static object ModelPermission(Target target) => new { name = target.Model, username = "bob", permission = "MANAGE" };

    /// <summary>About an account of its own, as the call may end or change it.</summary>
    private static Sample OfSomebody(Func<string, object> body)
    {
        var name = $"u{Guid.NewGuid():N}";
        return new(Body: body(name), Stranger: 403) { Given = hub => hub.GivenUserAsync(name) };
    }

    private static Sample OfGroup(Func<string, object> body)
    {
        var name = $"g{Guid.NewGuid():N}";
        return new(Body: body(name), Stranger: 403)
        {
            Given = async hub =>
            {
                await AsAdministratorAsync(hub, "groups/create", new { name });
                await AsAdministratorAsync(hub, "groups/add-member", new { name, username = "ann" });
            },
        };
    }

    private static Sample OfServiceAccount(Func<string, object> body)
    {
        var name = $"s{Guid.NewGuid():N}";
        return new(Body: body(name), Stranger: 403) { Given = hub => AsAdministratorAsync(hub, "service-accounts/create", new { name }) };
    }

    private static Task<Answer> AsAdministratorAsync(SharedHub hub, string call, object body) => hub.Ada.AskAsync(HttpMethod.Post, $"/api/2.0/mlhub/{call}", body);

    /// <summary>Nothing points at the run any more, so that it may change.</summary>
    private static Func<SharedHub, Task> WithoutVersion(Target target, string? then = null, object? body = null) => async hub =>
    {
        await hub.Ann.AskAsync(HttpMethod.Delete, "/api/2.0/mlflow/model-versions/delete", new { name = target.Model, version = "1" });
        await (then is null ? Task.CompletedTask : hub.Ann.CallAsync(then, body!));
    };

    private static object AccessControl() => new { access_control_list = new[] { new { user_name = "bob", permission_level = "CAN_MANAGE" } } };

    /// <summary>What the call is about.</summary>
    public sealed record Target(string Experiment, string Name, string Run, string Model, string ModelId, string Comment, string LoggedModel, string OtherRun)
    {
        /// <summary>A shared view of the experiment's runs.</summary>
        public string View { get; init; } = new('4', 32);

        /// <summary>A webhook that <see cref="WebhookCalls"/> makes.</summary>
        public string Webhook { get; init; } = new('5', 32);
    }

    /// <summary>
    /// What to send, after the path of the route, and the status for somebody without a grant where it is not 404:
    /// 200 stands for an answer that tells nothing of it.
    /// </summary>
    public sealed record Sample(string Suffix = "", object? Body = null, int Stranger = 404)
    {
        /// <summary>What its owner does with the target before, for calls that make no sense on a new one.</summary>
        public Func<SharedHub, Task>? Given { get; init; }

        /// <summary>Whether nobody may but whose it is, whatever they were given.</summary>
        public bool IsPersonal { get; init; }
    }
}
