using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelGate.Hub;

/// <summary>The hub refused a call, and would refuse it again.</summary>
public sealed class HubRefusalException(HttpStatusCode status, string message) : Exception(message)
{
    public HttpStatusCode Status => status;
}

/// <summary>The calls of MlHub's REST API that the bot makes.</summary>
public sealed class HubClient(HttpClient http)
{
    private const string Api = "api/2.0/mlflow/";
    private const string Own = "api/2.0/mlhub/";
    private const int LargestAnswer = 8 * 1024 * 1024;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static HubClient Open(GateSettings settings, TimeProvider clock)
    {
        var http = new HttpClient(new Patience(settings.FirstPause, clock))
        {
            BaseAddress = settings.Hub,
            MaxResponseContentBufferSize = LargestAnswer,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        http.DefaultRequestHeaders.Authorization = new("Bearer", settings.Token);
        http.DefaultRequestHeaders.UserAgent.ParseAdd("ModelGate/1.0");
        return new(http);
    }

    public async Task<ModelVersion> VersionAsync(string model, string version, CancellationToken cancel) =>
        (await GetAsync<VersionAnswer>($"{Api}model-versions/get{Query(model, version)}", cancel)).ModelVersion;

    /// <summary>The newest version in the stage.</summary>
    public async Task<ModelVersion?> LatestOrNullAsync(string model, string stage, CancellationToken cancel)
    {
        using var answer = await SendAsync(HttpMethod.Post, $"{Api}registered-models/get-latest-versions", new { name = model, stages = new[] { stage } }, cancel);
        return (await ReadAsync<VersionsAnswer>(answer, cancel)).ModelVersions?.SingleOrDefault();
    }

    public Task<Comparison> CompareAsync(string model, string from, string to, CancellationToken cancel) =>
        GetAsync<Comparison>($"{Own}compare/model-versions?name={Uri.EscapeDataString(model)}&versions={Uri.EscapeDataString(from)}&versions={Uri.EscapeDataString(to)}", cancel);

    /// <summary>The text of one of the version's frozen files; null where there is none.</summary>
    public async Task<string?> FileOrNullAsync(string model, string version, string path, CancellationToken cancel)
    {
        try
        {
            using var answer = await SendAsync(HttpMethod.Get, $"model-versions/get-artifact{Query(model, version)}&path={Uri.EscapeDataString(path)}", null, cancel);
            return await answer.Content.ReadAsStringAsync(cancel);
        }
        catch (HubRefusalException e) when (e.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    public Task SetTagAsync(string model, string version, string key, string value, CancellationToken cancel) =>
        PostAsync($"{Api}model-versions/set-tag", new { name = model, version, key, value }, cancel);

    public Task ReportAsync(string model, string version, CheckReport report, CancellationToken cancel) =>
        PostAsync($"{Own}checks/create", new { name = model, version, report.Check, report.State, report.Summary, report.Details }, cancel);

    /// <summary>Saying the same twice, as after a restart, says it once.</summary>
    public async Task CommentOnceAsync(string model, string version, string comment, CancellationToken cancel)
    {
        var said = await GetAsync<CommentsAnswer>($"{Api}comments/list{Query(model, version)}", cancel);
        if (said.Comments?.Any(c => c.Text == comment) != true)
        {
            await PostAsync($"{Api}comments/create", new { name = model, version, comment }, cancel);
        }
    }

    /// <summary>Asks for the stage unless somebody has; tells whether it did.</summary>
    public async Task<bool> RequestOnceAsync(string model, string version, string stage, string comment, CancellationToken cancel)
    {
        var open = await GetAsync<RequestsAnswer>($"{Api}transition-requests/list{Query(model, version)}", cancel);
        if (open.Requests?.Any(r => r.ToStage == stage) == true)
        {
            return false;
        }

        await PostAsync($"{Api}transition-requests/create", new { name = model, version, stage, comment }, cancel);
        return true;
    }

    private static string Query(string model, string version) => $"?name={Uri.EscapeDataString(model)}&version={Uri.EscapeDataString(version)}";

    private async Task PostAsync(string path, object message, CancellationToken cancel) => (await SendAsync(HttpMethod.Post, path, message, cancel)).Dispose();

    private async Task<T> GetAsync<T>(string path, CancellationToken cancel)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, null, cancel);
        return await ReadAsync<T>(answer, cancel);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? message, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, path) { Content = message is null ? null : JsonContent.Create(message, message.GetType(), options: Json) };
        var answer = await http.SendAsync(request, cancel);
        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            var text = await answer.Content.ReadAsStringAsync(cancel);
            throw new HubRefusalException(answer.StatusCode, $"{method} {path} was answered with {(int)answer.StatusCode}: {MessageIn(text)}");
        }
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer, CancellationToken cancel) =>
        await answer.Content.ReadFromJsonAsync<T>(Json, cancel) ?? throw new JsonException($"{answer.RequestMessage?.RequestUri} answered with null.");

    private static string MessageIn(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<Refusal>(text, Json)?.Message ?? "";
        }
        catch (JsonException)
        {
            return text.Length > 200 ? text[..200] : text;
        }
    }
}
