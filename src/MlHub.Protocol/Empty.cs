namespace MlHub.Protocol;

/// <summary>The answer <c>{}</c>: MLflow's clients raise where a success has no JSON object.</summary>
public sealed record Empty
{
    public static Empty Answer { get; } = new();
}
