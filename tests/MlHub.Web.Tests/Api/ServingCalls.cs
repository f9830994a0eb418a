using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Api;

/// <summary>The rows of <see cref="CallTable"/> for serving. What asks a model finds none here, as it is not served; who may ask one is told by its own tests.</summary>
public static class ServingCalls
{
    private const string None = "abcdefab-cdef-abcd-efab-cdefabcdefab";

    public static readonly Dictionary<string, Func<CallTable.Target, CallTable.Sample>> Rows = new()
    {
        ["GET mlhub/serving/get"] = t => new($"?name={t.Model}"),
        ["POST mlhub/serving/enable"] = t => new(Body: new { name = t.Model }),
        ["POST mlhub/serving/disable"] = t => new(Body: new { name = t.Model }),
        ["GET mlhub/serving/traffic"] = t => new($"?name={t.Model}"),
        ["POST mlhub/serving/traffic/set"] = t => new(Body: new { name = t.Model, endpoint = "Production", kind = "SHADOW", version = "2", percent = 10 }) { Given = WithEndpoint(t) },
        ["POST mlhub/serving/traffic/end"] = t => new(Body: new { name = t.Model, id = 1 }) { IsPersonal = true },
        ["POST mlhub/serving/rollback"] = t => new(Body: new { name = t.Model, stage = "Production" }) { Given = WithVersionBefore(t) },

        ["POST mlhub/deployment-targets/create"] = t => new(Body: new { name = $"t{Guid.NewGuid():N}", kind = "HUB" }, Stranger: 403),
        ["GET mlhub/deployment-targets/list"] = t => new(Stranger: 403),
        ["POST mlhub/deployment-targets/check"] = t => OfTarget(t, name => new(Body: new { name }, Stranger: 403)),
        ["DELETE mlhub/deployment-targets/delete"] = t => OfTarget(t, name => new(Body: new { name }, Stranger: 403)),
        ["POST mlhub/deployments/create"] = t => OfTarget(t, target => new(Body: new { name = t.Model, target, version = "1" })),
        ["GET mlhub/deployments/list"] = t => new($"?name={t.Model}"),
        ["POST mlhub/deployments/remove"] = t => OfTarget(t, target => new(Body: new { name = t.Model, target }), isDeployed: true),
        ["POST mlhub/deployments/retry"] = t => OfTarget(t, target => new(Body: new { name = t.Model, target }), isDeployed: true),

        ["GET mlhub/model-versions/download-links"] = t => new($"?name={t.Model}&version=1"),

        ["POST mlhub/serving/trust"] = t => new(Body: new { name = t.Model, trusted = true }, Stranger: 403),
        ["GET mlhub/serving/settings"] = t => new($"?name={t.Model}"),
        ["POST mlhub/serving/settings"] = t => new(Body: new { name = t.Model, replicas = 1, batch_rows = 8, batch_delay_ms = 2, idle_minutes = 5, memory_mb = 512, request_seconds = 30 }),
        ["POST mlhub/serving/retry"] = t => new(Body: new { name = t.Model, version = "1" }),
        ["GET mlhub/serving/measures"] = t => new($"?name={t.Model}&minutes=15"),
        ["GET mlhub/serving/logs"] = t => new($"?name={t.Model}&version=1"),

        ["GET mlhub/serving/capture"] = t => new($"?name={t.Model}"),
        ["POST mlhub/serving/capture"] = t => new(Body: new { name = t.Model, share = 50 }),
        ["GET mlhub/serving/captured"] = t => new($"?name={t.Model}"),
        ["DELETE mlhub/serving/captured"] = t => new(Body: new { name = t.Model }),
        ["POST mlhub/serving/captured/delete"] = t => new(Body: new { name = t.Model }),
        ["GET mlhub/serving/drift"] = t => new($"?name={t.Model}&version=1"),
        ["POST mlhub/serving/duel"] = t => new(Body: new { name = t.Model, version = "1" }),

        ["POST /model/{name}/{selector}/invocations"] = t => new(Body: new { inputs = new[] { 1 } }) { IsPersonal = true },
        ["POST /serving-endpoints/{name}/invocations"] = t => new(Body: new { inputs = new[] { 1 } }) { IsPersonal = true },
        ["GET /model/{name}/{selector}/openapi.json"] = t => new() { IsPersonal = true },

        // Jobs and schedules are told to nobody but who made them and the model's managers, and here there are none.
        ["POST mlhub/batch/create"] = t => new(Body: new { name = t.Model, endpoint = "1", source = new { run_id = t.Run, path = "none.csv" } }) { IsPersonal = true },
        ["GET mlhub/batch/list"] = t => new($"?name={t.Model}"),
        ["GET mlhub/batch/get"] = t => new($"?job_id={None}") { IsPersonal = true },
        ["GET mlhub/batch/manifest"] = t => new($"?job_id={None}") { IsPersonal = true },
        ["GET mlhub/batch/output"] = t => new($"?job_id={None}") { IsPersonal = true },
        ["HEAD mlhub/batch/output"] = t => new($"?job_id={None}") { IsPersonal = true },
        ["GET /batch/{id}/output"] = t => new() { IsPersonal = true },
        ["GET /batch/{id}/manifest"] = t => new() { IsPersonal = true },
        ["POST mlhub/batch/stop"] = t => new(Body: new { job_id = None }) { IsPersonal = true },
        ["POST mlhub/batch/delete"] = t => new(Body: new { job_id = None }) { IsPersonal = true },
        ["POST mlhub/batch/schedules/create"] = t => new(Body: new { name = t.Model, schedule_name = "nightly", cron = "0 0 3 * * ?", endpoint = "1", source = new { run_id = t.Run, path = "none.csv" } }) { IsPersonal = true },
        ["GET mlhub/batch/schedules/list"] = t => new($"?name={t.Model}"),
        ["POST mlhub/batch/schedules/pause"] = t => new(Body: new { schedule_id = None }) { IsPersonal = true },
        ["POST mlhub/batch/schedules/resume"] = t => new(Body: new { schedule_id = None }) { IsPersonal = true },
        ["POST mlhub/batch/schedules/delete"] = t => new(Body: new { schedule_id = None }) { IsPersonal = true },
        ["POST mlhub/batch/schedules/run-now"] = t => new(Body: new { schedule_id = None }) { IsPersonal = true },

        ["GET /v2"] = t => new(Stranger: 200),
        ["GET /v2/health/live"] = t => new(Stranger: 200),
        ["GET /v2/health/ready"] = t => new(Stranger: 200),
        ["GET /v2/models/{name}"] = t => new() { IsPersonal = true },
        ["GET /v2/models/{name}/ready"] = t => new() { IsPersonal = true },
        ["POST /v2/models/{name}/infer"] = t => new(Body: new { inputs = Array.Empty<object>() }) { IsPersonal = true },
        ["GET /v2/models/{name}/versions/{version}"] = t => new() { IsPersonal = true },
        ["GET /v2/models/{name}/versions/{version}/ready"] = t => new() { IsPersonal = true },
        ["POST /v2/models/{name}/versions/{version}/infer"] = t => new(Body: new { inputs = Array.Empty<object>() }) { IsPersonal = true },
    };

    /// <summary>Served, with a version in Production and another that has a model's files.</summary>
    private static Func<SharedHub, Task> WithEndpoint(CallTable.Target target) => async hub =>
    {
        await hub.Ann.GivenOnnxVersionAsync(target.Model, OnnxModels.Sum);
        await hub.Ann.MoveAsync(target.Model, "1", "Production");
        await hub.Ann.EnableServingAsync(target.Model);
    };

    private static Func<SharedHub, Task> WithVersionBefore(CallTable.Target target) => async hub =>
    {
        await hub.Ann.CallAsync("/model-versions/create", new { name = target.Model, source = "s3://bucket/model" });
        await hub.Ann.MoveAsync(target.Model, "1", "Production");
        await hub.Ann.MoveAsync(target.Model, "2", "Production", archive: true);
    };

    /// <summary>With a target, this hub, which is the model's own.</summary>
    private static CallTable.Sample OfTarget(CallTable.Target target, Func<string, CallTable.Sample> sample, bool isDeployed = false)
    {
        var name = $"of {target.Model}";
        return sample(name) with
        {
            Given = async hub =>
            {
                await hub.Ada.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/deployment-targets/create", new { name, kind = "HUB" });
                await (isDeployed ? hub.Ann.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/deployments/create", new { name = target.Model, target = name, version = "1" }) : Task.CompletedTask);
            },
        };
    }
}
