using MlHub.Artifacts;

namespace MlHub.Serving;

/// <summary>What of a version matters for serving it. It never changes, since a version's files are frozen.</summary>
/// <param name="Objection">Why it cannot be served; null where it can.</param>
/// <param name="OnnxFile">The model's file, relative to the version's folder; empty where it cannot be served.</param>
/// <param name="Model">What its file MLmodel says; null where there is none.</param>
/// <param name="Example">A whole request made from the model's input example, UTF-8; null where it has none.</param>
/// <param name="Files">Path, digest and bytes of each of its files.</param>
internal sealed record Servable(string? Objection, string OnnxFile, ModelFile? Model, byte[]? Example, IReadOnlyList<(string Path, string Digest, long Size)> Files)
{
    private const string Onnx = "onnx";

    /// <summary>What MLflow's flavours of Python code are missing here.</summary>
    public static string? ObjectionTo(ModelFile? model, IEnumerable<string> files)
    {
        var onnx = OnnxFileOf(model);
        return (model, onnx) switch
        {
            (null, _) => "The version has no readable file MLmodel, so nobody knows what kind of model it is.",
            (_, null) => $"Its flavours ({string.Join(", ", model.Flavors.Select(f => f.Name))}) run Python code, which this hub does not do. Log it with mlflow.onnx to have it served.",
            _ when !files.Contains(onnx) => $"Its file '{onnx}' is missing.",
            _ => null,
        };
    }

    public static string? OnnxFileOf(ModelFile? model) =>
        model?.Flavors.FirstOrDefault(f => f.Name == Onnx) is { Settings: { } settings } && settings.FirstOrDefault(s => s.Key == "data").Value is { Length: > 0 } file ? file : null;
}
