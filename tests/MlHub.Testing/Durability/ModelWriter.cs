namespace MlHub.Testing.Durability;

/// <summary>Registers versions of a model, moves them, points at them, and has them approved.</summary>
internal sealed class ModelWriter(HttpClient client, CallHistory history, string name)
{
    /// <summary>One version and all that is done with it, until something was not acknowledged.</summary>
    public async Task<Answer?> WriteAsync(int number)
    {
        var answer = await SendAsync("version", number, "/model-versions/create", mark => new { name, source = Source(name, mark) });
        var version = (string?)answer?.Json["model_version"]?["version"];
        (string Kind, string Path, Func<string, object> Body)[] steps =
        [
            ("move", "/model-versions/transition-stage", mark => new { name, version, stage = "Staging", archive_existing_versions = false, comment = mark }),
            ("alias", "/registered-models/alias", mark => new { name, version, alias = mark }),
            ("tag", "/registered-models/set-tag", mark => new { name, key = mark, value = mark }),
            ("request", "/transition-requests/create", mark => new { name, version, stage = "Production", comment = mark }),
            ("approval", "/transition-requests/approve", mark => new { name, version, stage = "Production", archive_existing_versions = true, comment = mark }),
        ];
        foreach (var (kind, path, body) in steps)
        {
            answer = answer?.Status == 200 ? await SendAsync(kind, number, path, body) : answer;
        }

        return answer;
    }

    public static string Source(string model, string mark) => $"s3://{model}/{mark}";

    private Task<Answer?> SendAsync(string kind, int number, string path, Func<string, object> body)
    {
        var call = new SentCall(kind, name, number);
        return history.SendAsync(call, () => client.SendAsync(path, body(call.Mark)));
    }
}
