using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Scoring.Workers;

namespace MlHub.Serving;

/// <summary>
/// Writes down when a served version begins to fail and when it answers again, so that webhooks and the audit hear of it, and which
/// versions were given up, so that no node tries them again. Each node tells of its own processes.
/// </summary>
internal sealed class ServingHistory(HubDbFactory hub, Scorers scorers, TimeProvider clock)
{
    private readonly Dictionary<long, int> _ends = [];
    private readonly HashSet<long> _failing = [], _givenUp = [];

    /// <summary>Looks at every version once; what was told is not told again.</summary>
    public async Task TellAsync(CancellationToken cancel)
    {
        // One that was given up has no scorer until it is tried again.
        _failing.IntersectWith([.. scorers.Versions, .. _givenUp]);
        foreach (var version in scorers.Versions)
        {
            var state = scorers.OfOrNull(version)?.State ?? ScorerState.Stopped;
            var ends = state.Replicas.Sum(r => r.Restarts);
            var reason = state.Reason ?? state.Replicas.Select(r => r.Reason).FirstOrDefault(r => r is not null);
            if (state.Status == ScorerStatus.Failed)
            {
                await GiveUpAsync(version, reason ?? "", cancel);
                scorers.Remove(version);
                _failing.Add(version);
                _givenUp.Add(version);
            }

            // One that was back before anybody looked has failed all the same.
            else if ((state.Status == ScorerStatus.Failing || ends > _ends.GetValueOrDefault(version)) && !_failing.Contains(version))
            {
                await RecordAsync(version, EventKinds.ServingFailed, new { state = nameof(ScorerStatus.Failing), reason }, null, cancel);
                _failing.Add(version);
            }

            if (state.Status == ScorerStatus.Ready && _failing.Contains(version))
            {
                await RecordAsync(version, EventKinds.ServingRecovered, new { state = nameof(ScorerStatus.Ready) }, null, cancel);
                _failing.Remove(version);
                _givenUp.Remove(version);
            }

            _ends[version] = ends;
        }
    }

    /// <summary>Of several nodes that find out the first one tells.</summary>
    private Task GiveUpAsync(long versionId, string reason, CancellationToken cancel) => RecordAsync(
        versionId, EventKinds.ServingFailed, new { state = nameof(ScorerStatus.Failed), reason },
        async db =>
        {
            if (await db.ServingFailures.AnyAsync(f => f.VersionId == versionId, cancel))
            {
                return false;
            }

            db.Add(new ServingFailure { VersionId = versionId, At = clock.GetUtcNow(), Reason = reason.Length > Limits.ServingReason ? reason[..Limits.ServingReason] : reason });
            return true;
        },
        cancel);

    private Task RecordAsync(long versionId, string kind, object after, Func<HubDb, Task<bool>>? isNews, CancellationToken cancel) => hub.WriteAsync(
        async db =>
        {
            if (await db.ModelVersions.FirstOrDefaultAsync(v => v.Id == versionId, cancel) is { } version && (isNews is null || await isNews(db)))
            {
                db.Record(Caller.System, clock.GetUtcNow(), kind, await db.RegisteredModels.FirstAsync(m => m.Id == version.ModelId, cancel), version.Number, after: after);
            }
        },
        cancel);
}
