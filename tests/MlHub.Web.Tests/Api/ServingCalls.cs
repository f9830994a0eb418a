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

        ["POST /model/{name}/{selector}/invocations"] = t => new(Body: new { inputs = new[] { 1 } }) { IsPersonal = true },
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
}
