namespace MlHub.Tracking;

/// <summary>What is read of each run beside the run itself and its data: these keys of each kind, or all where none are named.</summary>
/// <param name="Metrics">The keys of metrics.</param>
/// <param name="Params">The keys of params.</param>
/// <param name="Tags">The keys of tags.</param>
/// <param name="Models">Whether the models that it read and made.</param>
public sealed record RunParts(
    IReadOnlyCollection<string>? Metrics = null, IReadOnlyCollection<string>? Params = null, IReadOnlyCollection<string>? Tags = null, bool Models = true)
{
    public static readonly RunParts All = new();
}
