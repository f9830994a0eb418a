using System.Text.Json;

namespace MlHub.Demo.Mlflow;

/// <summary>A column of a model's signature or a data set's schema, as MLflow's column spec has it.</summary>
public sealed record ModelColumn(string Type, string Name, bool Required)
{
    public static IReadOnlyList<ModelColumn> Floats(IEnumerable<string> names) => [.. names.Select(name => new ModelColumn("float", name, true))];

    public static string ToJson(IReadOnlyList<ModelColumn> columns) => JsonSerializer.Serialize(columns, MlflowJson.Options);
}
