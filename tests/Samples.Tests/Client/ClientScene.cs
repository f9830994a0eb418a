using System.Text;
using MlHub.Client;
using MlHub.Testing.Serving;

namespace Samples.Tests.Client;

/// <summary>A cache of its own and models of Dana's, for one test.</summary>
public sealed class ClientScene(RealHub hub) : IDisposable
{
    public string Cache { get; } = Directory.CreateTempSubdirectory("mlhub-client-").FullName;

    /// <summary>A client that reads as Dana does.</summary>
    public MlHubClient Client(Wire? wire = null, Uri? address = null, Func<MlHubClientOptions, MlHubClientOptions>? with = null)
    {
        MlHubClientOptions options = new() { CacheFolder = Cache, Handler = wire, Patience = TimeSpan.FromSeconds(20) };
        return new(address ?? hub.Address, hub.Dana.DefaultRequestHeaders.Authorization!.Parameter, with?.Invoke(options) ?? options);
    }

    /// <summary>A model whose first version, in Production, adds <c>a</c> and <c>b</c>.</summary>
    public async Task<string> GivenSumAsync()
    {
        var model = $"m-{Guid.NewGuid():N}";
        await hub.Dana.GivenOnnxVersionAsync(model, OnnxModels.Sum, ServedModelCalls.TwoDoubles);
        await hub.MoveAsync(model, 1);
        return model;
    }

    /// <summary>A version with large random weights beside its model; the name of the model.</summary>
    public async Task<string> GivenLargeAsync(int bytes)
    {
        var weights = new byte[bytes];
        new Random(3).NextBytes(weights);
        var (experiment, model) = (await hub.Dana.GivenExperimentAsync($"e-{Guid.NewGuid():N}"), $"m-{Guid.NewGuid():N}");
        var run = await hub.Dana.GivenRunAsync(experiment);
        foreach (var (path, content) in new[] { ("MLmodel", Encoding.UTF8.GetBytes($"flavors:\n  onnx:\n    data: model.onnx\nsignature:\n  inputs: '{ServedModelCalls.TwoDoubles}'\n")), ("model.onnx", OnnxModels.Sum), ("weights.bin", weights) })
        {
            Assert.Equal(200, (await hub.Dana.UploadAsync(experiment, run, $"model/{path}", content)).Status);
        }

        await hub.Dana.CallAsync("/registered-models/create", new { name = model });
        await hub.Dana.CallAsync("/model-versions/create", new { name = model, source = $"runs:/{run}/model", run_id = run });
        return model;
    }

    public void Dispose() => Directory.Delete(Cache, recursive: true);
}
