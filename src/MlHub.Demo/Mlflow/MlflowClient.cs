using System.Net;
using System.Net.Http.Headers;

namespace MlHub.Demo.Mlflow;

/// <summary>The calls of MLflow's REST API (2.0) that a training script makes.</summary>
public sealed class MlflowClient(Uri server, AuthenticationHeaderValue credentials, HttpMessageHandler? handler = null) : IDisposable
{
    private const string Api = "api/2.0/mlflow/";
    private const string Own = "api/2.0/mlhub/";
    private const string Artifacts = "api/2.0/mlflow-artifacts/artifacts/";

    private readonly MlflowTransport _transport = new(server, credentials, handler);

    public async Task<Experiment?> ExperimentOrNullAsync(string name, CancellationToken cancellation)
    {
        try
        {
            string path = $"{Api}experiments/get-by-name?experiment_name={Uri.EscapeDataString(name)}";
            return (await _transport.GetAsync<GetExperimentByNameResponse>(path, cancellation)).Experiment;
        }
        catch (MlflowException refusal) when (refusal.ErrorCode == "RESOURCE_DOES_NOT_EXIST")
        {
            return null;
        }
    }

    public async Task<string> CreateExperimentAsync(string name, IReadOnlyList<KeyText> tags, CancellationToken cancellation) =>
        (await _transport.PostAsync<CreateExperimentResponse>(Api + "experiments/create", new CreateExperiment(name, tags), cancellation)).ExperimentId;

    public Task SetExperimentTagAsync(string experimentId, string key, string value, CancellationToken cancellation) =>
        _transport.PostAsync(Api + "experiments/set-experiment-tag", new SetExperimentTag(experimentId, key, value), cancellation);

    public Task ShareExperimentAsync(string experimentId, string reader, CancellationToken cancellation) =>
        _transport.PostAsync(Api + "experiments/permissions/create", new ShareExperiment(experimentId, reader, "READ"), cancellation);

    public async Task<IReadOnlyList<RunInfo>> SearchRunsAsync(string experimentId, string filter, int maxResults, CancellationToken cancellation)
    {
        var search = new SearchRuns([experimentId], filter, maxResults);
        SearchRunsResponse found = await _transport.PostAsync<SearchRunsResponse>(Api + "runs/search", search, cancellation);
        return [.. (found.Runs ?? []).Select(run => run.Info)];
    }

    public async Task<RunInfo> CreateRunAsync(
        string experimentId, string userName, string runName, DateTimeOffset started, IReadOnlyList<KeyText> tags, CancellationToken cancellation)
    {
        var run = new CreateRun(experimentId, userName, runName, started.ToUnixTimeMilliseconds(), tags);
        return (await _transport.PostAsync<CreateRunResponse>(Api + "runs/create", run, cancellation)).Run.Info;
    }

    public Task LogParametersAsync(string runId, IReadOnlyList<KeyText> parameters, CancellationToken cancellation) =>
        _transport.PostAsync(Api + "runs/log-batch", new LogBatch(runId, null, parameters), cancellation);

    public Task LogMetricsAsync(string runId, IReadOnlyList<MetricPoint> metrics, CancellationToken cancellation) =>
        _transport.PostAsync(Api + "runs/log-batch", new LogBatch(runId, metrics, null), cancellation);

    public Task LogInputsAsync(string runId, IReadOnlyList<DatasetInput> datasets, CancellationToken cancellation) =>
        _transport.PostAsync(Api + "runs/log-inputs", new LogInputs(runId, datasets), cancellation);

    public Task LogModelAsync(string runId, string modelJson, CancellationToken cancellation) =>
        _transport.PostAsync(Api + "runs/log-model", new LogModel(runId, modelJson), cancellation);

    public Task SetTagAsync(string runId, string key, string value, CancellationToken cancellation) =>
        _transport.PostAsync(Api + "runs/set-tag", new SetTag(runId, key, value), cancellation);

    public Task EndRunAsync(string runId, string status, DateTimeOffset ended, CancellationToken cancellation) =>
        _transport.PostAsync(Api + "runs/update", new UpdateRun(runId, status, ended.ToUnixTimeMilliseconds()), cancellation);

    public Task UploadAsync(RunInfo run, string path, byte[] content, CancellationToken cancellation) =>
        _transport.PutAsync(Artifacts + ArtifactPath(run.ArtifactUri, path), content, cancellation);

    public Task CreateModelAsync(string name, string description, IReadOnlyList<KeyText> tags, CancellationToken cancellation) =>
        _transport.PostAsync(Api + "registered-models/create", new CreateModel(name, description, tags), cancellation);

    /// <summary>By Databricks' calls, whose levels tell Production from the rest.</summary>
    public async Task ShareModelAsync(string name, string userName, string permission, CancellationToken cancellation)
    {
        string path = $"{Api}databricks/registered-models/get?name={Uri.EscapeDataString(name)}";
        string id = (await _transport.GetAsync<GetModelResponse>(path, cancellation)).RegisteredModelDatabricks.Id;
        await _transport.PatchAsync($"api/2.0/permissions/registered-models/{id}", new ShareModel([new(userName, permission)]), cancellation);
    }

    /// <summary>The number of the new version.</summary>
    public async Task<string> CreateModelVersionAsync(string name, string source, string runId, string description, CancellationToken cancellation) =>
        (await _transport.PostAsync<CreateModelVersionResponse>(
            Api + "model-versions/create", new CreateModelVersion(name, source, runId, description), cancellation)).ModelVersion.Version;

    public Task TransitionAsync(string name, string version, string stage, bool archiveExisting, CancellationToken cancellation) =>
        _transport.PostAsync(Api + "model-versions/transition-stage", new TransitionStage(name, version, stage, archiveExisting), cancellation);

    public Task SetAliasAsync(string name, string alias, string version, CancellationToken cancellation) =>
        _transport.PostAsync(Api + "registered-models/alias", new SetAlias(name, alias, version), cancellation);

    public Task RequestTransitionAsync(string name, string version, string stage, string comment, CancellationToken cancellation) =>
        _transport.PostAsync(Api + "transition-requests/create", new RequestTransition(name, version, stage, comment), cancellation);

    /// <summary>MlHub's own: nobody enters the stage without the yes of somebody else.</summary>
    public Task RequireSecondPersonAsync(string name, string stage, CancellationToken cancellation) =>
        _transport.PostAsync(Own + "policies/set", new SetPolicy(name, stage, new(1, true, [new("mlhub/integrity"), new("mlhub/signature")])), cancellation);

    /// <summary>MlHub's own: the hub computes what the version's model gives each feature, from its ONNX file and a sample.</summary>
    public Task ExplainAsync(string name, string version, CancellationToken cancellation) =>
        _transport.PostAsync(Own + "explanations/compute", new NamedVersion(name, version), cancellation);

    /// <summary>MlHub's own: the model answers from now on. Whether the hub can serve it; one without a runtime cannot.</summary>
    public async Task<bool> ServeAsync(string name, CancellationToken cancellation)
    {
        try
        {
            await _transport.PostAsync(Own + "serving/enable", new NamedModel(name), cancellation);
            return true;
        }
        catch (MlflowException refusal) when (refusal.Status is HttpStatusCode.ServiceUnavailable)
        {
            return false;
        }
    }

    public void Dispose() => _transport.Dispose();

    // mlflow-artifacts:/1/abc/artifacts and mlflow-artifacts://host/1/abc/artifacts both mean the path 1/abc/artifacts.
    private static string ArtifactPath(string artifactUri, string path)
    {
        if (!artifactUri.StartsWith("mlflow-artifacts:/", StringComparison.Ordinal))
        {
            throw new NotSupportedException($"Only artifacts behind the server can be uploaded, not those at {artifactUri}.");
        }

        string root = Uri.UnescapeDataString(new Uri(artifactUri).AbsolutePath).Trim('/');
        return string.Join('/', $"{root}/{path}".Split('/').Select(Uri.EscapeDataString));
    }
}
