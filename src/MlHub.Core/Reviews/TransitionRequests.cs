using MlHub.Access;
using MlHub.Registry;

namespace MlHub.Reviews;

/// <summary>Asking for a move, and deciding about it.</summary>
public sealed class TransitionRequests(HubDbFactory hub, TimeProvider clock)
{
    public Task<TransitionRequest> OpenAsync(Caller caller, VersionKey key, Stage to, string? comment, CancellationToken cancel) =>
        throw new NotImplementedException($"{hub} {clock}");

    public Task<List<RequestDetails>> ListOpenAsync(Caller caller, VersionKey key, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Open requests that the caller may decide, oldest first.</summary>
    public Task<List<RequestDetails>> AwaitingAsync(Caller caller, CancellationToken cancel) => throw new NotImplementedException();

    public Task<Activity> ApproveAsync(
        Caller caller, VersionKey key, Stage to, bool archiveExisting, string? comment, string? overrideReason, CancellationToken cancel) =>
        throw new NotImplementedException();

    public Task<Activity> RejectAsync(Caller caller, VersionKey key, Stage to, string? comment, CancellationToken cancel) => throw new NotImplementedException();

    public Task<Activity> CancelAsync(Caller caller, VersionKey key, Stage to, string creator, string? comment, CancellationToken cancel) =>
        throw new NotImplementedException();
}
