using System.Text;
using System.Text.Json.Nodes;

namespace MlHub.Testing.Serving;

/// <summary>Batch jobs as programs make them.</summary>
public static class BatchCalls
{
    private const string Api = "/api/2.0/mlhub/batch";

    /// <summary>A run with files of these names.</summary>
    public static async Task<string> GivenFilesAsync(this HttpClient client, params (string Path, string Text)[] files)
    {
        var experiment = await client.GivenExperimentAsync($"e-{Guid.NewGuid():N}");
        var run = await client.GivenRunAsync(experiment);
        foreach (var (path, text) in files)
        {
            if (await client.UploadAsync(experiment, run, path, Encoding.UTF8.GetBytes(text)) is { Status: not 200 } refused)
            {
                throw new HttpRequestException($"{path} was answered {refused.Status}: {refused.Text}");
            }
        }

        return run;
    }

    public static Task<Answer> PostBatchAsync(this HttpClient client, string call, object body) => client.AskAsync(HttpMethod.Post, $"{Api}/{call}", body);

    /// <summary>Makes a job; its id.</summary>
    public static async Task<string> GivenBatchAsync(this HttpClient client, object body) =>
        await client.PostBatchAsync("create", body) is { Status: 200 } made ? (string)made.Json["job"]!["job_id"]! : throw new HttpRequestException("batch/create was refused.");

    public static async Task<JsonNode> BatchAsync(this HttpClient client, string job) => (await client.AskAsync(HttpMethod.Get, $"{Api}/get?job_id={job}")).Json["job"]!;

    /// <summary>The job, once it has ended.</summary>
    public static async Task<JsonNode> EndedBatchAsync(this HttpClient client, string job)
    {
        JsonNode? known = null;
        await Eventually.TrueAsync(async () => (string)(known = await client.BatchAsync(job))["state"]! is "DONE" or "FAILED" or "STOPPED");
        return known!;
    }

    public static Task<Answer> BatchOutputAsync(this HttpClient client, string job) => client.AskAsync(HttpMethod.Get, $"{Api}/output?job_id={job}");
}
