using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Scoring.Workers;

namespace MlHub.Serving;

/// <summary>Writes down when a served version begins to fail and when it answers again, so that webhooks and the audit hear of it. Each node tells of its own processes.</summary>
internal sealed class ServingHistory(HubDbFactory hub, Scorers scorers, TimeProvider clock)
{
    private readonly Dictionary<long, int> _ends = [];
    private readonly HashSet<long> _failing = [];

    /// <summary>Looks at every version once; what was told is not told again.</summary>
    public async Task TellAsync(CancellationToken cancel)
    {
        _failing.IntersectWith(scorers.Versions);
        foreach (var version in scorers.Versions)
        {
            var state = scorers.OfOrNull(version)?.State ?? ScorerState.Stopped;
            var ends = state.Replicas.Sum(r => r.Restarts);
            // One that was back before anybody looked has failed all the same.
            if ((state.Status == ScorerStatus.Failing || ends > _ends.GetValueOrDefault(version)) && !_failing.Contains(version))
            {
                var reason = state.Reason ?? state.Replicas.Select(r => r.Reason).FirstOrDefault(r => r is not null);
                await RecordAsync(version, EventKinds.ServingFailed, new { state = nameof(ScorerStatus.Failing), reason }, cancel);
                _failing.Add(version);
            }

            if (state.Status == ScorerStatus.Ready && _failing.Contains(version))
            {
                await RecordAsync(version, EventKinds.ServingRecovered, new { state = nameof(ScorerStatus.Ready) }, cancel);
                _failing.Remove(version);
            }

            _ends[version] = ends;
        }
    }

    private Task RecordAsync(long versionId, string kind, object after, CancellationToken cancel) => hub.WriteAsync(
        async db =>
        {
            if (await db.ModelVersions.FirstOrDefaultAsync(v => v.Id == versionId, cancel) is { } version)
            {
                db.Record(Caller.System, clock.GetUtcNow(), kind, await db.RegisteredModels.FirstAsync(m => m.Id == version.ModelId, cancel), version.Number, after: after);
            }
        },
        cancel);
}
