using MlHub.Access;
using MlHub.Registry;

namespace MlHub.Reviews;

/// <summary>A policy and the stage that it guards.</summary>
public sealed record StagePolicy(Stage Stage, PromotionPolicy Policy, string UpdatedBy, DateTimeOffset UpdatedAt);

/// <summary>The rules for entering the stages of a model.</summary>
public sealed class Policies(HubDbFactory hub, TimeProvider clock)
{
    public Task<PromotionPolicy?> GetAsync(Caller caller, string model, Stage stage, CancellationToken cancel) =>
        throw new NotImplementedException($"{hub} {clock}");

    public Task<List<StagePolicy>> ListAsync(Caller caller, string model, CancellationToken cancel) => throw new NotImplementedException();

    public Task SetAsync(Caller caller, string model, Stage stage, PromotionPolicy policy, CancellationToken cancel) => throw new NotImplementedException();

    public Task DeleteAsync(Caller caller, string model, Stage stage, CancellationToken cancel) => throw new NotImplementedException();
}
