using MlHub.Scoring;
using MlHub.Scoring.Onnx;

namespace MlHub.Client;

/// <summary>One version, loaded. Calls under way when it is disposed of come to their end.</summary>
internal sealed class ModelSession(ModelVersion version, ScoredModel model) : IDisposable
{
    public ModelVersion Version { get; } = version;

    /// <exception cref="MlHubException">NotRunnable or NoRuntime.</exception>
    public static ModelSession Load(VersionManifest manifest, string folder, string? library)
    {
        var version = manifest.ToVersion();
        if (manifest.Onnx is not { } onnx || manifest.Files.All(f => f.Path != onnx.File))
        {
            throw new MlHubException(MlHubProblem.NotRunnable, $"{version} has no ONNX model. Log it with mlflow.onnx to have it loaded here.");
        }

        var found = OrtRuntime.FindLibrary(library)
            ?? throw new MlHubException(MlHubProblem.NoRuntime, $"ONNX Runtime is not {(library is null ? "on this machine: run tools/get-onnxruntime.sh, or name its library in MLHUB_ONNXRUNTIME" : $"at '{library}'")}.");
        try
        {
            OrtRuntime.Start(found);
            return new(version, new(new(found, Path.Combine(folder, onnx.File), version.Name, manifest.Version, onnx.Inputs, onnx.Params, Threads: 1, MemoryBytes: 0, AnswerBytes: int.MaxValue)));
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
        {
            throw new MlHubException(MlHubProblem.NoRuntime, $"'{found}' is no library of ONNX Runtime for this machine.", e);
        }
        catch (Exception e) when (e is OrtException or ScoringException)
        {
            throw new MlHubException(MlHubProblem.NotRunnable, $"{version} cannot be loaded: {e.Message}", e);
        }
    }

    /// <exception cref="ObjectDisposedException">Where it was disposed of before.</exception>
    public ScoringAnswer Answer(ReadOnlyMemory<byte> request)
    {
        // Told at once: nothing is computed together with others here.
        ScoringAnswer? told = null;
        model.Answer(RequestForm.InvocationJson, request, answer => told = answer);
        return told!;
    }

    public void Dispose() => model.Dispose();
}
