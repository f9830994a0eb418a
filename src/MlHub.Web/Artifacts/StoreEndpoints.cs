using MlHub.Artifacts;
using MlHub.Protocol.Artifacts;
using MlHub.Web.Access;
using MlHub.Web.Api;
using MlHub.Web.Tracking;

namespace MlHub.Web.Artifacts;

/// <summary>MlHub's own artifacts/*: the store's state and its sweep, for administrators.</summary>
public sealed class StoreEndpoints(StoreHealth health, OrphanSweep orphans)
{
    public void Map(MlflowRoutes hub)
    {
        hub.Get<Empty, StoreStateResponse>("/artifacts/state", Scopes.Admin, StateAsync);
        hub.Post<SweepRequest, SweepResponse>("/artifacts/sweep", Scopes.Admin, SweepAsync);
    }

    private async Task<StoreStateResponse> StateAsync(Empty request, ApiCall call)
    {
        var state = await health.GetAsync(call.Caller, call.Cancel);
        return new(
            state.Files, state.Bytes, state.OpenUploads, state.Scrub is { } scrub ? ToMessage(scrub) : null,
            state.Damaged.Select(d => new DamagedFileMessage(d.Blob.Digest, d.Blob.Damage.ToString().ToUpperInvariant(), d.Blob.FoundAt.ToUnixTimeMilliseconds(), [.. d.Files])).ToList().OrNull());
    }

    /// <summary>Dry unless asked otherwise.</summary>
    private async Task<SweepResponse> SweepAsync(SweepRequest request, ApiCall call)
    {
        var report = await orphans.RunAsync(call.Caller, request.DryRun ?? true, call.Cancel);
        return new(report.IsDryRun, report.Blobs, report.Bytes);
    }

    private static ScrubMessage ToMessage(ScrubProgress scrub) => new(
        scrub.After.Length > 0, scrub.StartedAt.ToUnixTimeMilliseconds(), scrub.FinishedAt?.ToUnixTimeMilliseconds(), scrub.Blobs, scrub.Bytes);
}
