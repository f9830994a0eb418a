using System.Globalization;
using System.Text.Json.Nodes;
using MlHub.Access;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving;

/// <summary>A hub with room for the models of all tests of a class. Ann makes them.</summary>
public sealed class TrafficHub() : TestHub(("MlHub:Serving:Workers", "60")), IAsyncLifetime
{
    public const string Body = """{"inputs": {"a": [[3]], "b": [[4]]}}""";

    public HttpClient Ann { get; private set; } = null!;
    public Caller AnnAsCaller { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        AnnAsCaller = await GivenUserAsync("ann");
        Ann = Bearer(await GivenTokenAsync(AnnAsCaller, Scopes.All & ~Scopes.Admin));
    }

    /// <summary>A served model with its first version in Production, loaded, and a second one in no stage.</summary>
    public async Task<string> GivenTwoAsync(byte[] first, byte[] second, string body = Body, string? example = null)
    {
        var model = await Ann.GivenServedModelAsync(first);
        await Ann.GivenOnnxVersionAsync(model, second, example: example);
        await Ann.MoveAsync(model, "1", "Production");
        var answer = await Ann.InvokeAsync(model, "Production", body);
        return answer.Status == 200 ? model : throw new HttpRequestException(answer.Text);
    }

    /// <summary>The same with the second version loaded too.</summary>
    public async Task<string> GivenTwoWarmAsync(byte[] first, byte[] second, string body = Body)
    {
        var model = await GivenTwoAsync(first, second, body);
        var answer = await Ann.InvokeAsync(model, "2", body);
        return answer.Status is 200 or 400 ? model : throw new HttpRequestException(answer.Text);
    }

    public static Task<Answer> SetAsync(HttpClient who, string model, string kind, double percent, string version = "2", string endpoint = "Production", double? errors = null, double? latency = null, int? least = null, string? reason = null) =>
        who.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/serving/traffic/set", new { name = model, endpoint, kind, version, percent, max_error_percent = errors, max_latency_ms = latency, min_requests = least, override_reason = reason });

    /// <summary>The id of the rule.</summary>
    public async Task<long> GivenRuleAsync(string model, string kind, double percent, string version = "2", double? errors = null, double? latency = null, int? least = null)
    {
        var answer = await SetAsync(Ann, model, kind, percent, version, errors: errors, latency: latency, least: least);
        return answer.Status == 200
            ? (long)answer.Json["endpoints"]!.AsArray().SelectMany(e => e!["rules"]!.AsArray()).Single(r => (string?)r!["version"] == version)!["id"]!
            : throw new HttpRequestException(answer.Text);
    }

    public async Task<JsonObject> TrafficAsync(string model) => (await Ann.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/serving/traffic?name={model}")).Json;

    /// <summary>A rule, running or not.</summary>
    public async Task<JsonNode> RuleAsync(string model, long id)
    {
        var traffic = await TrafficAsync(model);
        return traffic["endpoints"]!.AsArray().SelectMany(e => e!["rules"]!.AsArray()).Concat(traffic["ended"]!.AsArray()).Single(r => (long)r!["id"]! == id)!;
    }

    public Task StateAsync(string model, long id, string state) => Eventually.TrueAsync(async () => (string?)(await RuleAsync(model, id))["state"] == state);

    /// <summary>Which version answers whoever sends the key.</summary>
    public async Task<int> AnsweringAsync(string model, string key, string endpoint = "Production")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/model/{model}/{endpoint}/invocations") { Content = new StringContent(Body, null, "application/json") };
        request.Headers.Add("MlHub-Sticky-Key", key);
        using var answer = await Ann.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return int.Parse(answer.Headers.GetValues("MlHub-Model-Version").Single(), CultureInfo.InvariantCulture);
    }
}
