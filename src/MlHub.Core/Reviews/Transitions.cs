using MlHub.Access;
using MlHub.Registry;

namespace MlHub.Reviews;

/// <summary>Moves of versions between stages.</summary>
public sealed class Transitions(HubDbFactory hub, TimeProvider clock)
{
    /// <summary>Moves a version at once; where the stage has a policy this is a request and its approval by the same person.</summary>
    public Task<VersionDetails> MoveAsync(
        Caller caller, VersionKey key, Stage to, bool archiveExisting, string? comment, string? overrideReason, CancellationToken cancel) =>
        throw new NotImplementedException($"{hub} {clock}");
}
