using System.Text.Json.Nodes;

namespace MlHub.Web.Tests.Artifacts;

/// <summary>The calls of an upload in parts, as Ann sends them.</summary>
public abstract class MultipartScene(SharedHub hub)
{
    protected const string Proxy = "/api/2.0/mlflow-artifacts";

    protected SharedHub Hub { get; } = hub;

    protected static string Bent(string url) => url[..^2] + (url[^2] == 'A' ? 'B' : 'A') + url[^1];

    protected static string Id(Answer created) => (string)created.Json["upload_id"]!;

    protected static JsonArray Credentials(Answer created) => created.Json["credentials"]!.AsArray();

    protected Task<Answer> CreateAsync(string experiment, string run, string file, int parts) =>
        Hub.Ann.AskAsync(HttpMethod.Post, $"{Proxy}/mpu/create/{experiment}/{run}/artifacts", new { path = file, num_parts = parts });

    protected Task<Answer> CompleteAsync(string experiment, string run, Answer created, object[] parts, string file = "big.bin") =>
        Hub.Ann.AskAsync(HttpMethod.Post, $"{Proxy}/mpu/complete/{experiment}/{run}/artifacts", new { path = file, upload_id = Id(created), parts });

    protected Task<Answer> AbortAsync(string experiment, string run, Answer created, string file = "big.bin") =>
        Hub.Ann.AskAsync(HttpMethod.Post, $"{Proxy}/mpu/abort/{experiment}/{run}/artifacts", new { path = file, upload_id = Id(created) });

    /// <summary>Without any credentials but the address, as MLflow's client does it.</summary>
    protected async Task<Answer> PutOneAsync(Answer created, int index, byte[] part)
    {
        using var anyone = Hub.CreateClient();
        return await anyone.AskAsync(HttpMethod.Put, (string)Credentials(created)[index]!["url"]!, new ByteArrayContent(part));
    }

    protected async Task<object[]> PutAsync(Answer created, params byte[][] parts)
    {
        var answers = await Task.WhenAll(parts.Select((p, i) => PutOneAsync(created, i, p)));
        Assert.All(answers, a => Assert.Equal((200, "{}"), (a.Status, a.Text)));
        return [.. answers.Select((a, i) => (object)new { part_number = i + 1, etag = a.Headers.ETag!.Tag, url = (string)Credentials(created)[i]!["url"]! })];
    }
}
