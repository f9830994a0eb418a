using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ModelGate.Testing;

/// <summary>A column of the signature.</summary>
public sealed record Column(string Name, string Type, bool Required);

/// <summary>What the bot needs of an <c>MLmodel</c> file.</summary>
/// <param name="Inputs">The columns that the model takes; null where it has no signature, empty where it takes tensors.</param>
/// <param name="Example">Where the input example lies, beside this file.</param>
public sealed record ModelFile(IReadOnlyList<Column>? Inputs, string? Example)
{
    public static ModelFile Parse(string text)
    {
        try
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(text));
            var root = yaml.Documents.FirstOrDefault()?.RootNode;
            return new(Columns(Text(Child(Child(root, "signature"), "inputs"))), Text(Child(Child(root, "saved_input_example_info"), "artifact_path")));
        }
        catch (Exception e) when (e is YamlException or JsonException)
        {
            return new(null, null);
        }
    }

    private static YamlNode? Child(YamlNode? node, string key) => node is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;

    private static string? Text(YamlNode? node) => (node as YamlScalarNode)?.Value;

    private static List<Column>? Columns(string? json)
    {
        if (string.IsNullOrEmpty(json))
        {
            return null;
        }

        using var inputs = JsonDocument.Parse(json);
        return inputs.RootElement.ValueKind != JsonValueKind.Array ? null :
        [
            .. inputs.RootElement.EnumerateArray().Where(c => c.ValueKind == JsonValueKind.Object && c.TryGetProperty("name", out _) && !c.TryGetProperty("tensor-spec", out _))
                .Select(c => new Column(c.GetProperty("name").ToString(), c.TryGetProperty("type", out var type) ? type.ToString() : "", !c.TryGetProperty("required", out var required) || required.ValueKind != JsonValueKind.False)),
        ];
    }
}
