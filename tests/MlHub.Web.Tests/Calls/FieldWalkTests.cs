using System.Text.Json.Serialization.Metadata;
using MlHub.Web.Tests.Api;

namespace MlHub.Web.Tests.Calls;

/// <summary>Every field of every call of the running application: what is missing or of another kind is refused by the field's name.</summary>
public sealed class FieldWalkTests(SharedHub hub) : IClassFixture<SharedHub>
{
    /// <summary>What the samples hold beyond what the call needs. Every other field of a sample is needed.</summary>
    private static readonly Dictionary<string, string[]> Optional = new()
    {
        ["GET mlhub/folders/list"] = ["path"],
        ["GET mlhub/serving/measures"] = ["minutes"],
        ["GET mlflow/experiments/search"] = ["max_results"],
        ["POST mlflow/experiments/search"] = ["max_results", "filter"],
        ["GET mlflow/experiments/list"] = ["view_type"],
        ["POST mlflow/runs/update"] = ["status", "run_name"],
        ["POST mlflow/runs/search"] = ["experiment_ids", "run_view_type"],
        ["POST mlflow/runs/log-metric"] = ["step"],
        ["POST mlflow/runs/log-batch"] = ["tags"],
        ["POST mlflow/runs/outputs"] = ["models"],
        ["POST mlflow/logged-models"] = ["name"],
        ["POST mlflow/logged-models/search"] = ["experiment_ids"],
        ["PATCH mlflow/logged-models/{id}"] = ["model_id"],
        ["DELETE mlflow/logged-models/{id}"] = ["model_id"],
        ["PATCH mlflow/logged-models/{id}/tags"] = ["model_id", "tags"],
        ["POST mlflow/logged-models/{id}/params"] = ["model_id", "params"],
        ["GET mlflow-artifacts/artifacts"] = ["path"],
        ["POST mlflow-artifacts/mpu/create/{**path}"] = ["num_parts"],
        ["POST mlflow-artifacts/mpu/complete/{**path}"] = ["parts"],
        ["POST mlhub/artifacts/sweep"] = ["dry_run"],
        ["PATCH mlhub/checks/update"] = ["state"],
        ["GET mlflow/registered-models/search"] = ["filter"],
        ["GET mlflow/registered-models/list"] = ["max_results"],
        ["PATCH mlflow/registered-models/update"] = ["description"],
        ["GET mlflow/model-versions/search"] = ["filter"],
        ["PATCH mlflow/model-versions/update"] = ["description"],
        ["GET mlhub/audit/export"] = ["actor"],
        ["GET /admin/audit/export"] = ["actor"],
        ["GET mlhub/inbox/list"] = ["unread_only"],
        ["GET mlhub/follows/get"] = ["version"],
        ["PATCH mlhub/experiments/saved-views/update"] = ["name"],
        ["POST mlhub/experiments/saved-views/set-default"] = ["view_id"],
        ["PATCH mlflow/webhooks/{id}"] = ["name"],
        ["POST mlflow/registry-webhooks/create"] = ["model_name", "http_url_spec"],
        ["GET mlflow/registry-webhooks/list"] = ["model_name"],
        ["PATCH mlflow/registry-webhooks/update"] = ["description"],
        ["POST mlhub/serving/settings"] = ["replicas", "batch_rows", "batch_delay_ms", "idle_minutes", "memory_mb", "request_seconds"],
        ["POST mlhub/webhooks/create"] = ["model_name"],
        ["GET mlhub/webhooks/list"] = ["model_name"],
        ["PATCH mlhub/webhooks/update"] = ["name"],
        // The name of a model or the id of a run.
        ["POST mlhub/explanations/cancel"] = ["name"],
    };

    /// <summary>A folder is the beginning of a name, so that an administrator may share one before it holds anything.</summary>
    private const string Folders = "mlhub/folders/permissions";

    [Fact]
    public async Task A_field_that_a_call_needs_is_named_where_it_is_missing_or_null()
    {
        List<string> wrong = [];
        foreach (var call in await CallsAsync())
        {
            // What is for administrators is about accounts and groups of its own, which must be there.
            await (call.Sample is { Stranger: 403, Given: { } given } ? given(hub) : Task.CompletedTask);
            foreach (var field in call.Fields.Select(f => f.Key).Except(Optional.GetValueOrDefault(call.Name) ?? []).ToList())
            {
                var missing = await call.Without(field).AskAsync(hub.Ada);
                var isNamed = (missing.Status, missing.Code) == (400, "INVALID_PARAMETER_VALUE") && Names(missing.Message!, field);
                wrong.AddRange(isNamed ? [] : [$"{call.Name} without {field} answered {missing.Status} {missing.Text}"]);
                if (!call.IsInQuery)
                {
                    var isNull = await call.With(field, "null").AskAsync(hub.Ada);
                    wrong.AddRange((isNull.Status, isNull.Text) == (missing.Status, missing.Text) ? [] : [$"{call.Name} with {field} of null answered {isNull.Status} {isNull.Text}"]);
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong.Select(w => w[..Math.Min(w.Length, 300)])));
    }

    [Fact]
    public async Task A_field_of_the_wrong_kind_is_named_and_its_value_repeated()
    {
        List<string> wrong = [];
        foreach (var call in await CallsAsync())
        {
            foreach (var (field, value) in WrongValues(call))
            {
                var answer = await call.With(field, value).AskAsync(hub.Ada);
                var told = call.IsInQuery ? $"\"{value}\"" : value;
                var isNamed = (answer.Status, answer.Code) == (400, "INVALID_PARAMETER_VALUE")
                    && answer.Message!.StartsWith($"Invalid value {told} for parameter '{field}' supplied: ", StringComparison.Ordinal);
                wrong.AddRange(isNamed ? [] : [$"{call.Name} with {field} of {value} answered {answer.Status} {answer.Text}"]);
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong.Select(w => w[..Math.Min(w.Length, 300)])));
    }

    [Fact]
    public async Task What_is_not_there_does_not_exist_whoever_asks()
    {
        var nowhere = new CallTable.Target("987654", "no such name", new string('0', 32), "no-such-model", "no-such-id", new string('1', 32), "m-" + new string('2', 32), new string('3', 32));
        List<string> wrong = [];

        foreach (var call in FieldedCall.All(hub, nowhere).Where(c => c.Sample.Stranger == 404 && !c.Name.EndsWith(Folders, StringComparison.Ordinal)))
        {
            var answer = await call.AskAsync(hub.Ada);
            wrong.AddRange((answer.Status, answer.Code) == (404, "RESOURCE_DOES_NOT_EXIST") && answer.Message is { Length: > 0 } ? [] : [$"{call.Name} answered {answer.Status} {answer.Text}"]);
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong.Select(w => w[..Math.Min(w.Length, 300)])));
    }

    [Fact]
    public async Task An_id_that_is_no_number_is_refused()
    {
        List<string> wrong = [];
        foreach (var call in await CallsAsync())
        {
            foreach (var field in call.Fields.Select(f => f.Key).Intersect(["experiment_id", "experiment_ids", "version", "versions"]).ToList())
            {
                var answer = await call.With(field, call.IsInQuery ? "one" : field.EndsWith('s') ? "[\"one\"]" : "\"one\"").AskAsync(hub.Ada);
                wrong.AddRange((answer.Status, answer.Code) == (400, "INVALID_PARAMETER_VALUE") ? [] : [$"{call.Name} with {field} answered {answer.Status} {answer.Text}"]);
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong.Select(w => w[..Math.Min(w.Length, 300)])));
    }

    /// <summary>In MLflow's words, which for these fields are others.</summary>
    private static bool Names(string message, string field) => field switch
    {
        "experiment_ids" or "metric_key" or "run_id" or "run_uuid" or "path" when message.Contains(" must specify ", StringComparison.Ordinal) => message.Contains(field.TrimEnd('s'), StringComparison.Ordinal),
        _ => message.StartsWith($"Missing value for required parameter '{field}'", StringComparison.Ordinal),
    };

    private async Task<List<FieldedCall>> CallsAsync() => FieldedCall.All(hub, await CallTarget.GivenAsync(hub.Ann));

    /// <summary>For every field that the call's message has, also those that the sample leaves out. A text in a query is never of the wrong kind.</summary>
    private static IEnumerable<(string Field, string Value)> WrongValues(FieldedCall call)
    {
        const string AnObject = """{"no":1}""";
        if (call.Message is not { } message)
        {
            return call.IsInQuery ? [] : call.Fields.Select(f => (f.Key, AnObject));
        }

        return call.IsInQuery
            ? message.Properties.Where(p => p.PropertyType.IsValueType).Select(p => (p.Name, "many"))
            : message.Properties.Select(p => (p.Name, message.Options.GetTypeInfo(p.PropertyType).Kind == JsonTypeInfoKind.Object ? "5" : AnObject));
    }
}
