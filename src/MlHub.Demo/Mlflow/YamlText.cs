using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MlHub.Demo.Mlflow;

/// <summary>Writes a JSON object as block YAML 1.1; texts that could be read as something else are put in quotes.</summary>
internal static class YamlText
{
    private static readonly string[] ReservedWords = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];

    public static string Write(JsonObject root)
    {
        var yaml = new StringBuilder();
        WriteObject(yaml, root, indent: 0);
        return yaml.ToString();
    }

    private static void WriteObject(StringBuilder yaml, JsonObject node, int indent)
    {
        foreach ((string key, JsonNode? value) in node)
        {
            yaml.Append(' ', indent).Append(key).Append(':');
            switch (value)
            {
                case JsonObject { Count: > 0 } child:
                    yaml.Append('\n');
                    WriteObject(yaml, child, indent + 2);
                    break;
                case JsonArray { Count: > 0 } items:
                    yaml.Append('\n');
                    WriteItems(yaml, items, indent);
                    break;
                default:
                    yaml.Append(' ').Append(Scalar(value)).Append('\n');
                    break;
            }
        }
    }

    private static void WriteItems(StringBuilder yaml, JsonArray items, int indent)
    {
        foreach (JsonNode? item in items)
        {
            yaml.Append(' ', indent).Append("- ").Append(Scalar(item)).Append('\n');
        }
    }

    private static string Scalar(JsonNode? value) => value switch
    {
        null => "null",
        JsonValue text when text.GetValueKind() == JsonValueKind.String => Quoted(text.GetValue<string>()),
        _ => value.ToJsonString(),
    };

    private static string Quoted(string text) => IsPlain(text) ? text : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static bool IsPlain(string text) =>
        text.Length > 0
        && char.IsAsciiLetter(text[0])
        && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.' or '/' or '-')
        && !ReservedWords.Contains(text.ToLower(CultureInfo.InvariantCulture));
}
