using System.Text.Json;

namespace ModelGate.Testing;

/// <summary>A row that the team knows: what some caller sends.</summary>
public sealed record KnownCase(string Name, IReadOnlyDictionary<string, JsonElement> Inputs)
{
    /// <summary>By the name of the model, from <c>{"MODEL": [{"name": …, "inputs": {COLUMN: VALUE}}]}</c>.</summary>
    /// <exception cref="GateSettingsException">The file is not there, or is no such JSON.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyList<KnownCase>> Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, IReadOnlyList<KnownCase>>>(File.ReadAllText(file), JsonSerializerOptions.Web) ?? [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new GateSettingsException([$"Gate:Cases, the file {file}, cannot be read: {e.Message}"]);
        }
    }
}
