using MlHub.Web.Tests.Api;

namespace MlHub.Web.Tests.Calls;

/// <summary>What is exactly as long, or as many, as <see cref="Limits"/> says is taken, and one more is refused without repeating all of it.</summary>
public sealed class LimitWalkTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private const string Mlhub = "/api/2.0/mlhub", Permissions = "/api/2.0/permissions";

    private static readonly Dictionary<string, (int Limit, Func<CallTable.Target, int, Sent> Of)> Rows = new()
    {
        ["dataset's source type"] = (Limits.DatasetSourceType, (t, n) => Post("/runs/log-inputs", Inputs(t, 1, sourceType: Text(n)))),
        ["input tag's key"] = (Limits.InputTagKey, (t, n) => Post("/runs/log-inputs", Inputs(t, 1, tag: (Text(n), "v")))),
        ["input tag's value"] = (Limits.InputTagValue, (t, n) => Post("/runs/log-inputs", Inputs(t, 1, tag: ("k", Text(n))))),
        ["datasets of a call"] = (Limits.EntitiesPerBatch, (t, n) => Post("/runs/log-inputs", Inputs(t, n))),
        ["models of a call"] = (Limits.EntitiesPerBatch, (t, n) => Post("/runs/log-inputs", new { run_id = t.Run, models = Many(n, i => new { model_id = $"m-{i}" }) })),
        ["output's model id"] = (Limits.LoggedModelId, (t, n) => Post("/runs/outputs", new { run_id = t.Run, models = new[] { new { model_id = Text(n), step = 1 } } })),
        ["outputs of a call"] = (Limits.EntitiesPerBatch, (t, n) => Post("/runs/outputs", new { run_id = t.Run, models = Many(n, i => new { model_id = $"m-{i}", step = 1 }) })),
        ["metric's dataset name"] = (Limits.DatasetName, (t, n) => Post("/runs/log-metric", Measured(t, Text(n), "d"))),
        ["metric's dataset digest"] = (Limits.DatasetDigest, (t, n) => Post("/runs/log-metric", Measured(t, "d", Text(n)))),
        ["tags of a new run"] = (Limits.TagsPerBatch, (t, n) => Post("/runs/create", new { experiment_id = t.Experiment, tags = Pairs(n) })),
        ["tags of a new experiment"] = (Limits.EntitiesPerBatch, (t, n) => Post("/experiments/create", new { name = $"{Guid.NewGuid():N}", tags = Pairs(n) })),
        ["new name of an experiment"] = (Limits.ExperimentName, (t, n) => Post("/experiments/update", new { experiment_id = t.Experiment, new_name = Unique(n) })),

        ["logged model's name"] = (Limits.LoggedModelName, (t, n) => Post("/logged-models", new { experiment_id = t.Experiment, name = Text(n) })),
        ["logged model's type"] = (Limits.LoggedModelType, (t, n) => Post("/logged-models", new { experiment_id = t.Experiment, model_type = Text(n) })),
        ["logged model's param key"] = (Limits.Key, (t, n) => Post($"/logged-models/{t.LoggedModel}/params", new { @params = new[] { new { key = Text(n), value = "v" } } })),
        ["logged model's param"] = (Limits.ParamValue, (t, n) => Post($"/logged-models/{t.LoggedModel}/params", new { @params = new[] { new { key = "k", value = Text(n) } } })),
        ["logged model's params"] = (Limits.EntitiesPerBatch, (t, n) => Post("/logged-models", new { experiment_id = t.Experiment, @params = Pairs(n) })),
        ["logged model's tag key"] = (Limits.Key, (t, n) => new("PATCH", $"{MlflowCalls.Api}/logged-models/{t.LoggedModel}/tags", new { tags = new[] { new { key = Text(n), value = "v" } } })),
        ["logged model's tag"] = (Limits.TagValue, (t, n) => new("PATCH", $"{MlflowCalls.Api}/logged-models/{t.LoggedModel}/tags", new { tags = new[] { new { key = "k", value = Text(n) } } })),
        ["logged model's tags"] = (Limits.EntitiesPerBatch, (t, n) => new("PATCH", $"{MlflowCalls.Api}/logged-models/{t.LoggedModel}/tags", new { tags = Pairs(n) })),

        ["experiments of a search for runs"] = (Limits.ExperimentsPerSearch, (t, n) => Post("/runs/search", new { experiment_ids = Many(n, i => $"{i}") })),
        ["experiments of a search for logged models"] = (Limits.ExperimentsPerSearch, (t, n) => Post("/logged-models/search", new { experiment_ids = Many(n, i => $"{i}") })),
        ["experiments of a search for datasets"] = (Limits.ExperimentsPerDatasetSearch, (t, n) => Post("/experiments/search-datasets", new { experiment_ids = Many(n, i => $"{i}") })),
        ["datasets of a search for logged models"] = (Limits.SearchDatasets, (t, n) => Post("/logged-models/search", new { experiment_ids = new[] { t.Experiment }, datasets = Many(n, i => new { dataset_name = $"d{i}" }) })),
        ["order of logged models"] = (Limits.OrderTerms, (t, n) => Post("/logged-models/search", new { experiment_ids = new[] { t.Experiment }, order_by = Many(n, i => new { field_name = $"metrics.m{i}" }) })),
        ["order of runs"] = (Limits.OrderTerms, (t, n) => Post("/runs/search", new { experiment_ids = new[] { t.Experiment }, order_by = Many(n, i => $"metrics.m{i}") })),
        ["filter's depth"] = (Limits.FilterDepth, (t, n) => Post("/runs/search", Filtered(t, $"{new string('(', n)}metrics.a > 1{new string(')', n)}"))),
        ["filter's comparisons"] = (Limits.FilterComparisons, (t, n) => Post("/runs/search", Filtered(t, string.Join(" AND ", Many(n, i => $"metrics.a < {i}"))))),
        ["filter's values"] = (Limits.FilterValues, (t, n) => Post("/runs/search", Filtered(t, $"run_id IN ({string.Join(',', Many(n, i => $"'{i}'"))})"))),
        ["runs of a bulk history"] = (Limits.RunsPerBulkHistory, (t, n) => new("GET", $"{MlflowCalls.Api}/metrics/get-history-bulk?metric_key=m&{string.Join('&', Many(n, i => $"run_id={i}"))}")),
        ["runs of an interval"] = (Limits.RunsPerBulkHistory, (t, n) => new("GET", $"{MlflowCalls.Api}/metrics/get-history-bulk-interval?metric_key=m&{string.Join('&', Many(n, i => $"run_ids={i}"))}")),

        ["artifact's path"] = (Limits.ArtifactPath, (t, n) => new("PUT", Asking.ArtifactUrl(t.Experiment, t.OtherRun, Long(n)), "x")),
        ["artifact's name"] = (Limits.ArtifactSegmentBytes, (t, n) => new("PUT", Asking.ArtifactUrl(t.Experiment, t.OtherRun, Text(n)), "x")),
        ["listed path"] = (Limits.ArtifactPath, (t, n) => new("GET", $"{MlflowCalls.Api}/artifacts/list?run_id={t.Run}&path={Long(n)}")),
        ["small upload"] = (Limits.FormUploadBytes, (t, n) => new("POST", $"{MlflowCalls.Api}/upload-artifact?run_uuid={t.OtherRun}&path=small.bin", Text(n))),
        ["parts of an upload"] = (Limits.PartsPerUpload, (t, n) => new("POST", $"/api/2.0/mlflow-artifacts/mpu/create/{t.Experiment}/{t.OtherRun}/artifacts", new { path = "big.bin", num_parts = n })),

        ["grants of an experiment"] = (Limits.GrantsPerObject, (t, n) => new("PATCH", $"{Permissions}/experiments/{t.Experiment}", Grants(n))),
        ["grants of a model"] = (Limits.GrantsPerObject, (t, n) => new("PATCH", $"{Permissions}/registered-models/{t.ModelId}", Grants(n))),
        ["moved runs"] = (Limits.MovedRuns, (t, n) => new("POST", $"{Mlhub}/runs/move", new { run_ids = Ids(n), experiment_id = t.Experiment })),
        ["copied runs"] = (Limits.CopiedRuns, (t, n) => new("POST", $"{Mlhub}/runs/copy", new { run_ids = Ids(n), experiment_id = t.Experiment })),
        ["compared runs"] = (Limits.ComparedRuns, (t, n) => new("POST", $"{Mlhub}/compare/runs", new { run_ids = Ids(n) })),
        ["purged runs"] = (Limits.PurgedPerCall, (t, n) => new("POST", $"{Mlhub}/runs/delete-permanently", new { run_ids = Ids(n) })),
        ["purged experiments"] = (Limits.PurgedPerCall, (t, n) => new("POST", $"{Mlhub}/experiments/delete-permanently", new { experiment_ids = Many(n, i => $"{900_000 + i}") })),
        ["notifications at once"] = (Limits.InboxPage, (t, n) => new("POST", $"{Mlhub}/inbox/mark-read", new { ids = Many(n, i => i) })),

        ["model's name"] = (Limits.ModelName, (t, n) => Post("/registered-models/create", new { name = Unique(n) })),
        ["model's new name"] = (Limits.ModelName, (t, n) => Post("/registered-models/rename", new { name = t.Model, new_name = Unique(n) })),
        ["model's description"] = (Limits.Description, (t, n) => new("PATCH", $"{MlflowCalls.Api}/registered-models/update", new { name = t.Model, description = Text(n) })),
        ["model tag's key"] = (Limits.Key, (t, n) => Post("/registered-models/set-tag", new { name = t.Model, key = Text(n), value = "v" })),
        ["model tag's value"] = (Limits.RegistryTagValue, (t, n) => Post("/registered-models/set-tag", new { name = t.Model, key = "k", value = Text(n) })),
        ["version's description"] = (Limits.Description, (t, n) => new("PATCH", $"{MlflowCalls.Api}/model-versions/update", new { name = t.Model, version = "1", description = Text(n) })),
        ["version tag's value"] = (Limits.RegistryTagValue, (t, n) => Post("/model-versions/set-tag", new { name = t.Model, version = "1", key = "k", value = Text(n) })),
        ["version's source"] = (Limits.VersionSource, (t, n) => Post("/model-versions/create", new { name = t.Model, source = "s3://bucket/" + Text(n - 12) })),
        ["version's link to its run"] = (Limits.VersionSource, (t, n) => Post("/model-versions/create", new { name = t.Model, source = "s3://b/m", run_link = "https://h/" + Text(n - 10) })),
        ["alias"] = (Limits.Alias, (t, n) => Post("/registered-models/alias", new { name = t.Model, alias = Text(n), version = "1" })),
        ["comment"] = (Limits.Comment, (t, n) => Post("/comments/create", new { name = t.Model, version = "1", comment = Text(n) })),
        ["check's name"] = (Limits.CheckName, (t, n) => new("POST", $"{Mlhub}/checks/create", new { name = t.Model, version = "1", state = "passed", check = Text(n) })),
        ["check's summary"] = (Limits.CheckSummary, (t, n) => new("POST", $"{Mlhub}/checks/create", new { name = t.Model, version = "1", state = "passed", check = "c", summary = Text(n) })),
        ["check's details"] = (Limits.CheckDetails, (t, n) => new("POST", $"{Mlhub}/checks/create", new { name = t.Model, version = "1", state = "passed", check = "c", details = Text(n) })),
        ["check's link"] = (Limits.CheckLink, (t, n) => new("POST", $"{Mlhub}/checks/create", new { name = t.Model, version = "1", state = "passed", check = "c", link = "https://h/" + Text(n - 10) })),
    };

    /// <summary>Calls about a thousand things there are not: the limit is passed where they are looked for.</summary>
    private static readonly string[] OfAbsentOnes = ["grants of an experiment", "grants of a model", "moved runs", "copied runs", "compared runs", "purged runs", "purged experiments"];

    private CallTable.Target? _target;

    public static TheoryData<string> Names => new(Rows.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task As_much_as_the_limit_is_taken_and_no_more(string what)
    {
        _target ??= await CallTarget.GivenAsync(hub.Ann);
        var (limit, of) = Rows[what];

        var at = await of(_target, limit).AskAsync(hub.Ann);
        var above = await of(_target, limit + 1).AskAsync(hub.Ann);

        Assert.True(at.Status == (OfAbsentOnes.Contains(what) ? 404 : 200), $"{what} of {limit} answered {at.Status} {at.Message}");
        Assert.True((above.Status, above.Code) == (400, "INVALID_PARAMETER_VALUE"), $"{what} of {limit + 1} answered {above.Status} {above.Message}");
        Assert.True(above.Text.Length < 1000, "The refusal repeats all of it.");
    }

    private static Sent Post(string path, object body) => new("POST", MlflowCalls.Api + path, body);

    private static string Text(int length) => new('x', length);

    private static string Unique(int length) => $"{Guid.NewGuid():N}{new string('x', length - 32)}";

    /// <summary>A path of short names.</summary>
    private static string Long(int length) => string.Concat(Enumerable.Repeat("a/", length / 2))[..(length - 1)] + "b";

    private static List<T> Many<T>(int count, Func<int, T> of) => [.. Enumerable.Range(1, count).Select(of)];

    private static List<string> Ids(int count) => Many(count, i => $"{i:x32}");

    private static List<Dictionary<string, string>> Pairs(int count) => Many(count, i => new Dictionary<string, string> { ["key"] = $"k{i}", ["value"] = "v" });

    private static object Filtered(CallTable.Target target, string filter) => new { experiment_ids = new[] { target.Experiment }, filter };

    private static object Grants(int count) => new { access_control_list = Many(count, i => new { user_name = $"nobody-{i}", permission_level = "CAN_READ" }) };

    private static object Inputs(CallTable.Target target, int count, string sourceType = "s", (string Key, string Value)? tag = null) => new
    {
        run_id = target.Run,
        datasets = Many(count, i => new
        {
            tags = new[] { new { key = tag?.Key ?? "k", value = tag?.Value ?? "v" } },
            dataset = new { name = $"n{i}", digest = "d", source_type = sourceType, source = "x" },
        }),
    };

    private static object Measured(CallTable.Target target, string name, string digest) =>
        new { run_id = target.Run, key = "m", value = 1, timestamp = 1, model_id = target.LoggedModel, dataset_name = name, dataset_digest = digest };

    private sealed record Sent(string Method, string Url, object? Body = null)
    {
        public Task<Answer> AskAsync(HttpClient caller) => caller.AskAsync(new(Method), Url, Body);
    }
}
