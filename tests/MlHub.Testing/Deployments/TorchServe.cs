using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MlHub.Testing.Deployments;

/// <summary>
/// TorchServe's management interface as its documentation has it (pytorch/serve, docs/management_api.md, token_authorization_api.md): it fetches archives, reads
/// the version from the manifest, keeps each under the last part of its address, and refuses in TorchServe's forms.
/// </summary>
public sealed class TorchServe : IAsyncDisposable
{
    public const string Key = "management-key";

    private readonly WebApplication _app;
    private readonly HttpClient _http = new();
    private readonly Dictionary<string, List<Registered>> _models = [];
    private readonly HashSet<string> _store = [];
    private readonly SemaphoreSlim _one = new(1);

    private TorchServe(WebApplication app) => _app = app;

    public string Url { get; private set; } = "";

    /// <summary>Each call as it came: method, path, query.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Whether it was started with <c>--enable-model-api</c>.</summary>
    public bool EnablesModelApi { get; set; } = true;

    /// <summary>Whether no address can be reached from it.</summary>
    public bool IsCutOff { get; set; }

    /// <summary>What it answers with instead, once each: status, type, message.</summary>
    public ConcurrentQueue<(int Status, string Type, string Message)> Faults { get; } = new();

    /// <summary>Versions of a model, the default one first, with their workers.</summary>
    public string[] Versions(string model) =>
        _models.TryGetValue(model, out var all) ? [.. all.OrderByDescending(v => v.IsDefault).ThenBy(v => v.Version, StringComparer.Ordinal).Select(v => $"{v.Version} {v.Content} {v.Workers}{(v.IsDefault ? " default" : "")}")] : [];

    public static async Task<TorchServe> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        TorchServe server = new(builder.Build());
        server._app.Run(server.AnswerAsync);
        await server._app.StartAsync();
        server.Url = server._app.Urls.Single();
        return server;
    }

    /// <summary>An archive as torch-model-archiver makes one, as far as it is read here.</summary>
    public static byte[] Archive(string version, string content)
    {
        using MemoryStream bytes = new();
        using (ZipArchive zip = new(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            Write(zip, "MAR-INF/MANIFEST.json", JsonSerializer.Serialize(new { runtime = "python", model = new { modelName = "m", handler = "image_classifier", modelVersion = version }, archiverVersion = "0.12.0" }));
            Write(zip, "model.pt", content);
        }

        return bytes.ToArray();

        static void Write(ZipArchive zip, string name, string text)
        {
            using StreamWriter writer = new(zip.CreateEntry(name).Open());
            writer.Write(text);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
        _one.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Calls.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
        await _one.WaitAsync();
        try
        {
            if (Faults.TryDequeue(out var fault))
            {
                throw new Refusal(fault.Status, fault.Type, fault.Message);
            }

            if (context.Request.Headers.Authorization != $"Bearer {Key}")
            {
                throw new Refusal(400, "InvalidKeyException", "Token Authorization failed. Token either incorrect, expired, or not provided correctly");
            }

            context.Response.ContentType = "application/json";
            context.Response.Headers["x-request-id"] = $"{Guid.NewGuid()}";
            context.Response.Headers.CacheControl = "no-cache; no-store, must-revalidate, private";
            await context.Response.WriteAsync((await HandleAsync(context.Request)).ToJsonString());
        }
        catch (Refusal refusal)
        {
            (context.Response.StatusCode, context.Response.ContentType, context.Response.Headers.Connection) = (refusal.Status, "application/json", "close");
            await context.Response.WriteAsync(JsonSerializer.Serialize(new { code = refusal.Status, type = refusal.Type, message = refusal.Message }) + "\n");
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<JsonNode> HandleAsync(HttpRequest request)
    {
        var parts = request.Path.Value!.Trim('/').Split('/');
        if (parts[0] != "models" || parts.Length > 4 || (parts.Length == 4 && parts[3] != "set-default"))
        {
            throw new Refusal(404, "ResourceNotFoundException", "Requested resource is not found, please refer to API document.");
        }

        return (request.Method, parts.Length) switch
        {
            ("GET", 1) => new JsonObject { ["models"] = new JsonArray([.. _models.Keys.Order(StringComparer.Ordinal).Select(m => new JsonObject { ["modelName"] = m, ["modelUrl"] = _models[m].First(v => v.IsDefault).Url })]) },
            ("POST", 1) => await RegisterAsync(request.Query),
            ("GET", 2 or 3) => Describe(parts[1], parts.Length == 3 ? parts[2] : null),
            ("PUT", 2 or 3) => Scale(parts[1], parts.Length == 3 ? parts[2] : null, request.Query),
            ("PUT", 4) => SetDefault(parts[1], parts[2]),
            ("DELETE", 2 or 3) => Unregister(parts[1], parts.Length == 3 ? parts[2] : null),
            _ => throw new Refusal(405, "MethodNotAllowedException", "Requested method is not allowed, please refer to API document."),
        };
    }

    private async Task<JsonNode> RegisterAsync(IQueryCollection query)
    {
        RequireModelApi();
        var url = query["url"].ToString() is { Length: > 0 } given ? new Uri(given) : throw new Refusal(400, "BadRequestException", "Parameter url is required.");
        var file = url.Segments[^1];
        if (url.AbsoluteUri.Contains("..", StringComparison.Ordinal) || file.Length > 255)
        {
            throw new Refusal(404, "ModelNotFoundException", $"Relative path is not allowed in url: {url}");
        }

        if (!_store.Add(file))
        {
            throw new Refusal(500, "InternalServerException", "Model file already exists in model store");
        }

        using var fetched = await _http.GetAsync(url);
        if (IsCutOff || !fetched.IsSuccessStatusCode)
        {
            _store.Remove(file);
            throw new Refusal(400, "DownloadArchiveException", $"Failed to download archive from: {url}");
        }

        var (version, content) = await ReadAsync(await fetched.Content.ReadAsStreamAsync());
        var model = query["model_name"].ToString() is { Length: > 0 } named ? named : "m";
        var all = _models.TryGetValue(model, out var known) ? known : _models[model] = [];
        if (all.Exists(v => v.Version == version))
        {
            _store.Remove(file);
            throw new Refusal(409, "ConflictStatusException", $"Model version {version} is already registered for model {model}");
        }

        var workers = int.Parse(query["initial_workers"].ToString() is { Length: > 0 } count ? count : "0");
        all.Add(new(version, content, $"{url}", file) { Workers = workers, IsDefault = all.Count == 0 });
        return Status($"Model \"{model}\" Version: {version} registered with {workers} initial workers{(workers == 0 ? ". Use scale workers API to add workers for the model." : "")}");
    }

    private JsonArray Describe(string model, string? version)
    {
        var all = AllOf(model);
        var wanted = version switch { "all" => all, null => [all.First(v => v.IsDefault)], _ => [Of(model, version)] };
        return new([.. wanted.Select(v => new JsonObject
        {
            ["modelName"] = model,
            ["modelVersion"] = v.Version,
            ["modelUrl"] = v.Url,
            ["runtime"] = "python",
            ["minWorkers"] = v.Workers,
            ["maxWorkers"] = v.Workers,
            ["workers"] = new JsonArray([.. Enumerable.Range(9000, v.Workers).Select(id => new JsonObject { ["id"] = $"{id}", ["status"] = "READY" })]),
        })]);
    }

    private JsonObject Scale(string model, string? version, IQueryCollection query)
    {
        var it = version is null ? AllOf(model).First(v => v.IsDefault) : Of(model, version);
        it.Workers = int.Parse(query["min_worker"].ToString() is { Length: > 0 } least ? least : "1");
        if (int.TryParse(query["max_worker"], out var most) && most < it.Workers)
        {
            throw new Refusal(400, "BadRequestException", "max_worker cannot be less than min_worker.");
        }

        return query["synchronous"] == "true"
            ? Status($"Workers scaled to {it.Workers} for model: {model}{(version is null ? "" : $", version: {version}")}")
            : Status("Processing worker updates...");
    }

    private JsonObject SetDefault(string model, string version)
    {
        var it = Of(model, version);
        AllOf(model).ForEach(v => v.IsDefault = v == it);
        return Status($"Default version successfully updated for model \"{model}\" to \"{version}\"");
    }

    private JsonObject Unregister(string model, string? version)
    {
        RequireModelApi();
        var (all, it) = (AllOf(model), version is null ? AllOf(model).First(v => v.IsDefault) : Of(model, version));
        if (it.IsDefault && all.Count > 1)
        {
            throw new Refusal(403, "InvalidModelVersionException", $"Cannot remove default version for model {model}");
        }

        all.Remove(it);
        _store.Remove(it.File);
        if (all.Count == 0)
        {
            _models.Remove(model);
        }

        return Status($"Model \"{model}\" unregistered");
    }

    private void RequireModelApi()
    {
        if (!EnablesModelApi)
        {
            throw new Refusal(405, "MethodNotAllowedException", "Requested method is not allowed, please refer to API document.");
        }
    }

    private List<Registered> AllOf(string model) => _models.GetValueOrDefault(model) ?? throw new Refusal(404, "ModelNotFoundException", $"Model not found: {model}");

    private Registered Of(string model, string version) =>
        AllOf(model).Find(v => v.Version == version) ?? throw new Refusal(404, "ModelVersionNotFoundException", $"Model version: {version} does not exist for model: {model}");

    private static JsonObject Status(string status) => new() { ["status"] = status };

    private static async Task<(string Version, string Content)> ReadAsync(Stream archive)
    {
        using ZipArchive zip = new(archive, ZipArchiveMode.Read);
        return ((string)JsonNode.Parse(await TextAsync("MAR-INF/MANIFEST.json"))!["model"]!["modelVersion"]!, await TextAsync("model.pt"));

        async Task<string> TextAsync(string name)
        {
            using StreamReader reader = new(zip.GetEntry(name)!.Open());
            return await reader.ReadToEndAsync();
        }
    }

    private sealed record Registered(string Version, string Content, string Url, string File)
    {
        public int Workers { get; set; }

        public bool IsDefault { get; set; }
    }

    private sealed class Refusal(int status, string type, string message) : Exception(message)
    {
        public int Status { get; } = status;

        public string Type { get; } = type;
    }
}
