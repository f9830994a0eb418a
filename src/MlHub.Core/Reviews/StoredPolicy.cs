using MlHub.Registry;

namespace MlHub.Reviews;

/// <summary>The rules for entering a stage of a model, as stored: a <c>PromotionPolicy</c> in JSON.</summary>
public sealed class StoredPolicy
{
    public required long ModelId { get; init; }
    public required Stage Stage { get; init; }
    public required string Json { get; set; }
    public required string UpdatedBy { get; set; }
    public required DateTimeOffset UpdatedAt { get; set; }
}
