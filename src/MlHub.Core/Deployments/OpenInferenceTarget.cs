using System.Net.Http;
using System.Text.Json;
using System.Text.Json.Nodes;
using MlHub.Access;
using MlHub.Artifacts;

namespace MlHub.Deployments;

/// <summary>
/// A server of the Open Inference Protocol v2. Where it offers the extension <c>model_repository</c> it is told to load and unload; else only what it has already can be
/// deployed, which is asked for. Either way the model counts as deployed when the server says that it is ready.
/// </summary>
internal sealed class OpenInferenceTarget(IOutgoingCalls calls, CheckedBlobs blobs, TimeProvider clock) : IDeploymentTarget
{
    private const string Repository = "model_repository";
    private const long MostSent = 64 * 1024 * 1024;

    private static readonly TimeSpan Short = TimeSpan.FromSeconds(15), Long = TimeSpan.FromMinutes(5), Ready = TimeSpan.FromMinutes(2), Pace = TimeSpan.FromMilliseconds(500);

    public TargetKind Kind => TargetKind.OpenInference;

    public async Task CheckAsync(TargetAccess target, CancellationToken cancel) => await ExtensionsAsync(target, cancel);

    public async Task<string?> DeployAsync(TargetAccess target, DeployedVersion wanted, CancellationToken cancel)
    {
        var model = Uri.EscapeDataString(wanted.Version.Key.Model);
        var loads = await ExtensionsAsync(target, cancel);
        if (loads)
        {
            var body = target.Settings.SendFiles ? await WithFileAsync(wanted, cancel) : "{}"u8.ToArray();
            await AskAsync(target, HttpMethod.Post, $"v2/repository/models/{model}/load", body, Long, cancel);
        }

        await BecomesReadyAsync(target, wanted.Version.Key.Model, model, loads, cancel);
        var described = await AskAsync(target, HttpMethod.Get, $"v2/models/{model}", null, Short, cancel);
        return described?["name"]?.ToString() != wanted.Version.Key.Model
            ? throw new DeploymentException("The server says that the model is ready, and describes another one.", isFinal: true)
            : !loads ? "The server has no repository extension, so nothing was sent: it has a model of this name already."
            : !target.Settings.SendFiles ? "The server loaded what its own repository has under this name."
            : null;
    }

    public async Task RemoveAsync(TargetAccess target, Caller owner, string model, CancellationToken cancel)
    {
        if (await ExtensionsAsync(target, cancel))
        {
            await AskAsync(target, HttpMethod.Post, $"v2/repository/models/{Uri.EscapeDataString(model)}/unload", "{}"u8.ToArray(), Long, cancel, absent: true);
        }
    }

    /// <summary>Whether it can be told to load and unload.</summary>
    private async Task<bool> ExtensionsAsync(TargetAccess target, CancellationToken cancel)
    {
        var server = await AskAsync(target, HttpMethod.Get, "v2", null, Short, cancel);
        return server is JsonObject { Count: > 0 } known && known["extensions"] is var extensions
            ? extensions is JsonArray list && list.Any(e => e?.ToString() is { } name && (name == Repository || name.StartsWith($"{Repository}(", StringComparison.Ordinal)))
            : throw new DeploymentException("What answers there does not speak the Open Inference Protocol: GET v2 tells of no server.", isFinal: true);
    }

    private async Task BecomesReadyAsync(TargetAccess target, string name, string model, bool loads, CancellationToken cancel)
    {
        var begin = clock.GetTimestamp();
        while (true)
        {
            var answer = await calls.AskAsync(new(HttpMethod.Get, new(target.Url!, $"v2/models/{model}/ready"), target.Key, null, Short), cancel);
            if (answer.Status == 200)
            {
                return;
            }

            if (answer.Status is 404 or 401 or 403 && !loads)
            {
                throw new DeploymentException($"The server cannot be told to load a model, and has none that is called {name}: {Said(answer)}", isFinal: true);
            }

            if (clock.GetElapsedTime(begin) > Ready)
            {
                throw new DeploymentException($"The model did not become ready within {Ready.TotalMinutes} minutes: {Said(answer)}", isFinal: false);
            }

            await Task.Delay(Pace, clock, cancel);
        }
    }

    /// <summary>As Triton takes a model that its repository does not have: a configuration, and the file under its place in the repository.</summary>
    private async Task<byte[]> WithFileAsync(DeployedVersion wanted, CancellationToken cancel)
    {
        var (version, key) = (wanted.Version, wanted.Version.Key);
        if (version.Files.FirstOrDefault(f => f.Path == version.OnnxFile) is not { Path.Length: > 0 } file)
        {
            throw new DeploymentException($"{key} has no ONNX model that could be sent.", isFinal: true);
        }

        if (file.Size > MostSent)
        {
            throw new DeploymentException($"The ONNX model of {key} has {file.Size} bytes, more than the {MostSent} that are sent.", isFinal: true);
        }

        await using var content = await blobs.OpenAsync(file.Digest, $"'{file.Path}' of {key}", cancel);
        var bytes = new byte[file.Size];
        await content.ReadExactlyAsync(bytes, cancel);
        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["parameters"] = new JsonObject { ["config"] = """{"backend":"onnxruntime"}""", [$"file:{key.Number}/model.onnx"] = Convert.ToBase64String(bytes) },
        });
    }

    private async Task<JsonNode?> AskAsync(TargetAccess target, HttpMethod method, string path, byte[]? body, TimeSpan patience, CancellationToken cancel, bool absent = false)
    {
        var answer = await calls.AskAsync(new(method, new(target.Url!, path), target.Key, body, patience), cancel);
        return answer.Status is >= 200 and < 300 || (absent && answer.Status == 404) ? answer.Json()
            : answer.Status is { } status ? throw new DeploymentException($"The server answered {status} to {method} {path}: {Said(answer)}", isFinal: status is >= 400 and < 500 and not (408 or 409 or 429))
            : throw new DeploymentException($"The server did not answer {method} {path}: {answer.Error}", isFinal: false);
    }

    private static string Said(CallAnswer answer) => (answer.Json() as JsonObject)?["error"]?.ToString() ?? answer.Error ?? answer.Body.Trim();
}
