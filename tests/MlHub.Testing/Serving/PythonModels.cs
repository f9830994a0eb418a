using System.Diagnostics;
using System.Text.Json.Nodes;

namespace MlHub.Testing.Serving;

/// <summary>Models of Python flavours, trained by tests/clients/train-models.py once for all tests of a process. What it needs ./test.sh installs.</summary>
public static class PythonModels
{
    private static readonly Lazy<string> Folder = new(Train);

    /// <summary>A file that is made as soon as anybody loads the model <c>evil</c>.</summary>
    public static string EvilMark { get; } = Path.Combine(Path.GetTempPath(), $"mlhub-evil-{Guid.NewGuid():N}");

    /// <summary>What a model was asked, row by row.</summary>
    public static JsonArray Rows(string name) => Read(name, "rows.json");

    /// <summary>What its library predicts for them.</summary>
    public static JsonArray Expected(string name) => Read(name, "expected.json");

    /// <summary>A registered model that is served, with one version; administrators trust it if told so.</summary>
    public static async Task<string> GivenPythonModelAsync(this HttpClient client, string name, HttpClient? trustedBy)
    {
        var (experiment, model) = (await client.GivenExperimentAsync($"e-{Guid.NewGuid():N}"), $"{name}-{Guid.NewGuid():N}");
        var run = await client.GivenRunAsync(experiment);
        var folder = Path.Combine(Folder.Value, name);
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith("rows.json", StringComparison.Ordinal) && !f.EndsWith("expected.json", StringComparison.Ordinal)))
        {
            var answer = await client.UploadAsync(experiment, run, $"model/{Path.GetRelativePath(folder, file)}", await File.ReadAllBytesAsync(file));
            if (answer.Status != 200)
            {
                throw new HttpRequestException($"{file} was answered {answer.Status}: {answer.Text}");
            }
        }

        await client.PostedAsync("/registered-models/create", new { name = model });
        await client.CallAsync("/model-versions/create", new { name = model, source = $"runs:/{run}/model", run_id = run });
        await client.EnableServingAsync(model);
        if (trustedBy is not null && await trustedBy.TrustPythonAsync(model, true) is { Status: not 200 } refused)
        {
            throw new HttpRequestException($"serving/trust answered {refused.Status}: {refused.Text}");
        }

        return model;
    }

    public static Task<Answer> TrustPythonAsync(this HttpClient client, string model, bool trusted) =>
        client.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/serving/trust", new { name = model, trusted });

    private static JsonArray Read(string name, string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder.Value, name, file)))!.AsArray();

    private static string Train()
    {
        var folder = Directory.CreateTempSubdirectory("mlhub-python-models-").FullName;
        using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", [Path.Combine(Repository.Root, "tests", "clients", "train-models.py"), folder, EvilMark]) { RedirectStandardError = true })!;
        var said = python.StandardError.ReadToEnd();
        python.WaitForExit();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return python.ExitCode == 0 ? folder : throw new InvalidOperationException($"No models were trained: run ./test.sh, which installs what it takes. Python said:\n{said}");
    }
}
