using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Samples.Tests;

/// <summary>The real hub on a port. Dana makes models; <c>model-gate</c> is a service account with a token of two scopes and CAN_EDIT on her models.</summary>
public sealed class RealHub : TestHub, IAsyncLifetime
{
    public static readonly string[] Columns = ["beds", "baths", "sqft", "latitude", "longitude"];

    private HttpClient _ada = null!;
    private string _experiment = "";

    public RealHub() => UseKestrel(0);

    public Uri Address { get; private set; } = null!;
    public HttpClient Dana { get; private set; } = null!;
    public string GateToken { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        StartServer();
        Address = new(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Dana = await ProgramOfAsync("dana");
        _ada = await ProgramOfAsync("ada", isAdmin: true);
        await OwnAsync("service-accounts/create", new { name = "model-gate" });
        var token = await OwnAsync("service-accounts/create-token", new { service_account = "model-gate", name = "gate", scopes = new[] { "RegistryRead", "RegistryWrite" }, days = 1 });
        GateToken = (string)token.Json["token"]!;
        _experiment = await Dana.GivenExperimentAsync("prices");
    }

    /// <summary>A model of Dana's that the bot may edit.</summary>
    public async Task<string> GivenModelAsync()
    {
        var name = $"prices-{Guid.NewGuid():N}";
        await Dana.CallAsync("/registered-models/create", new { name });
        var id = (string)(await Dana.ReadAsync($"/databricks/registered-models/get?name={name}"))["registered_model_databricks"]!["id"]!;
        var shared = await Dana.AskAsync(HttpMethod.Patch, $"/api/2.0/permissions/registered-models/{id}", new
        {
            access_control_list = new[] { new { service_principal_name = "model-gate", permission_level = "CAN_EDIT" } },
        });
        Assert.True(shared.Status == 200, shared.Text);
        return name;
    }

    /// <summary>A version trained with these columns; its example has them too.</summary>
    public async Task<int> GivenVersionAsync(string model, double rmse, string[]? columns = null, string? example = null)
    {
        columns ??= Columns;
        var run = await Dana.GivenRunAsync(_experiment);
        await Dana.CallAsync("/runs/log-batch", new { run_id = run, metrics = new[] { new { key = "val_rmse", value = double.IsNaN(rmse) ? "NaN" : (object)rmse, timestamp = 1, step = 1 } } });
        var inputs = JsonSerializer.Serialize(columns.Select(c => new { type = "float", name = c, required = true }));
        await UploadAsync(run, "MLmodel", $$"""
            flavors:
              onnx:
                data: model.onnx
            saved_input_example_info:
              artifact_path: input_example.json
              type: dataframe
            signature:
              inputs: '{{inputs}}'
              outputs: '[{"type":"float","name":"price"}]'
            """);
        await UploadAsync(run, "input_example.json", example ?? JsonSerializer.Serialize(new { columns, data = new[] { columns.Select((_, i) => i + 0.5) } }));
        var created = await Dana.CallAsync("/model-versions/create", new { name = model, source = $"runs:/{run}/model", run_id = run });
        return int.Parse((string)created["model_version"]!["version"]!);
    }

    public Task MoveAsync(string model, int version) =>
        Dana.CallAsync("/model-versions/transition-stage", new { name = model, version = $"{version}", stage = "Production", archive_existing_versions = true });

    /// <summary>Name and state of each check that the bot reported, once none is pending.</summary>
    public async Task<Dictionary<string, (string State, string Summary, string Details)>> ChecksAsync(string model, int version)
    {
        Dictionary<string, (string State, string Summary, string Details)> checks = [];
        await Eventually.TrueAsync(async () =>
        {
            var found = (await Dana.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/checks/list?name={model}&version={version}")).Json["checks"]?.AsArray() ?? [];
            checks = found.Where(c => (string)c!["user_id"]! == "model-gate").ToDictionary(c => (string)c!["name"]!, c => ((string)c!["state"]!, (string)c["summary"]!, (string)c["details"]!));
            return checks.Count == 3 && checks.Values.All(c => c.State != "pending");
        });
        return checks;
    }

    public async Task<Dictionary<string, string>> TagsAsync(string model, int version) =>
        ((await Dana.ReadAsync($"/model-versions/get?name={model}&version={version}"))["model_version"]!["tags"]?.AsArray() ?? [])
            .ToDictionary(t => (string)t!["key"]!, t => (string)t!["value"]!);

    public async Task<string[]> CommentsAsync(string model, int version) =>
        [.. ((await Dana.ReadAsync($"/comments/list?name={model}&version={version}"))["comments"]?.AsArray() ?? []).Select(c => (string)c!["comment"]!)];

    public async Task<(string By, string To, string Comment)[]> RequestsAsync(string model, int version) =>
        [.. ((await Dana.ReadAsync($"/transition-requests/list?name={model}&version={version}"))["requests"]?.AsArray() ?? [])
            .Select(r => ((string)r!["user_id"]!, (string)r["to_stage"]!, (string)r["comment"]!))];

    private async Task UploadAsync(string run, string file, string text) =>
        Assert.Equal(200, (await Dana.UploadAsync(_experiment, run, $"model/{file}", Encoding.UTF8.GetBytes(text))).Status);

    private async Task<Answer> OwnAsync(string call, object body)
    {
        var answer = await _ada.AskAsync(HttpMethod.Post, $"/api/2.0/mlhub/{call}", body);
        Assert.True(answer.Status == 200, answer.Text);
        return answer;
    }
}
