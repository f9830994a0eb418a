using MlHub.Artifacts;
using MlHub.Serving.Python;

namespace MlHub.Serving;

/// <summary>What of a version matters for serving it. It never changes, since a version's files are frozen.</summary>
/// <param name="Objection">Why its files cannot be served by any hub; null where they can.</param>
/// <param name="OnnxFile">The model's file, relative to the version's folder; empty where it is no ONNX model.</param>
/// <param name="Python">How Python computes it; null for an ONNX model.</param>
/// <param name="Model">What its file MLmodel says; null where there is none.</param>
/// <param name="Example">A whole request made from the model's input example, UTF-8; null where it has none.</param>
/// <param name="Files">Path, digest and bytes of each of its files.</param>
internal sealed record Servable(
    string? Objection, string OnnxFile, PythonFlavor? Python, ModelFile? Model, byte[]? Example, IReadOnlyList<(string Path, string Digest, long Size)> Files)
{
    /// <summary>ONNX where a version has it, which needs nobody's trust.</summary>
    public static Servable Of(ModelFile? model, byte[]? example, IReadOnlyList<(string Path, string Digest, long Size)> files)
    {
        var paths = files.Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
        if (model is null)
        {
            return new("The version has no readable file MLmodel, so nobody knows what kind of model it is.", "", null, null, example, files);
        }

        if (OnnxFileOf(model) is { } onnx)
        {
            return new(paths.Contains(onnx) ? null : $"Its file '{onnx}' is missing.", onnx, null, model, example, files);
        }

        var (python, objection) = PythonFlavor.Of(model, paths);
        return new(objection, "", python, model, example, files);
    }

    private static string? OnnxFileOf(ModelFile model) =>
        model.Flavors.FirstOrDefault(f => f.Name == "onnx") is { Settings: { } settings } && settings.FirstOrDefault(s => s.Key == "data").Value is { Length: > 0 } file ? file : null;
}
