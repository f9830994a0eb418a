namespace MlHub.Web.Tests.Api;

/// <summary>The rows of <see cref="CallTable"/> for serving. What asks a model finds none here, as it is not served; who may ask one is told by its own tests.</summary>
public static class ServingCalls
{
    public static readonly Dictionary<string, Func<CallTable.Target, CallTable.Sample>> Rows = new()
    {
        ["GET mlhub/serving/get"] = t => new($"?name={t.Model}"),
        ["POST mlhub/serving/enable"] = t => new(Body: new { name = t.Model }),
        ["POST mlhub/serving/disable"] = t => new(Body: new { name = t.Model }),

        ["POST mlhub/serving/trust"] = t => new(Body: new { name = t.Model, trusted = true }, Stranger: 403),

        ["POST /model/{name}/{selector}/invocations"] = t => new(Body: new { inputs = new[] { 1 } }) { IsPersonal = true },
        ["GET /model/{name}/{selector}/openapi.json"] = t => new() { IsPersonal = true },

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
