using System.Globalization;
using System.Text.Json;
using MlHub.Scoring.Onnx;
using MlHub.Scoring.Values;

namespace MlHub.Testing.Serving;

/// <summary>Models that others trained and publish, as <c>tools/get-test-models.sh</c> fetches them.</summary>
public static class RealModels
{
    private static readonly string Folder = Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set ? set : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "mlhub", "test-models");

    public static string PathOf(string file) => File.Exists(Path.Combine(Folder, file))
        ? Path.Combine(Folder, file)
        : throw new FileNotFoundException($"{file} is missing. Run tools/get-test-models.sh first; test.sh does.");

    /// <summary>The signature that MLflow would write of the model's inputs.</summary>
    public static string SignatureOf(IEnumerable<ModelPort> inputs) => JsonSerializer.Serialize(inputs.Select(p => (p.Name, Type: (PortType.OfTensor)p.Type)).Select(p => new Dictionary<string, object>
    {
        ["type"] = "tensor",
        ["name"] = p.Name,
        ["tensor-spec"] = new { dtype = p.Type.Element.ToNumpy(), shape = p.Type.Shape },
    }));

    /// <summary>Tensors of noise between -1 and 1.</summary>
    /// <param name="model">What takes them.</param>
    /// <param name="inputs">Their shapes, and the value of a scalar: <c>x 1 512, rate = 16000</c>.</param>
    public static List<KeyValuePair<string, Tensor>> Noise(OrtSession model, string inputs)
    {
        var random = new Random(5);
        return [.. inputs.Split(", ").Select(input =>
        {
            var words = input.Split(' ');
            if (words is [var scalar, "=", var value])
            {
                return KeyValuePair.Create(scalar, new Tensor(ElementType.Int64, [], new[] { Number(value) }));
            }

            var tensor = Tensor.Of(((PortType.OfTensor)model.Inputs.Single(p => p.Name == words[0]).Type).Element, [.. words[1..].Select(Number)]);
            var data = (float[])tensor.Data;
            for (var i = 0; i < data.Length; i++)
            {
                data[i] = (random.NextSingle() * 2) - 1;
            }

            return KeyValuePair.Create(words[0], tensor);
        })];
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
