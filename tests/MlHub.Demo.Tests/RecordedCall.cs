using System.Text.Json.Nodes;

namespace MlHub.Demo.Tests;

/// <summary>A request as it reached the server; the path is still percent-encoded.</summary>
internal sealed record RecordedCall(string Method, string Path, string? Authorization, byte[] Body)
{
    private const string ArtifactCalls = "/api/2.0/mlflow-artifacts/artifacts";

    /// <summary>Such as "POST runs/create" or "PUT 7/run1/artifacts/notes.md".</summary>
    public string Name => $"{Method} {Path.Replace(ArtifactCalls, "", StringComparison.Ordinal).Replace("/api/2.0/mlflow", "", StringComparison.Ordinal).TrimStart('/')}";

    public JsonNode Json => JsonNode.Parse(Body)!;
}
