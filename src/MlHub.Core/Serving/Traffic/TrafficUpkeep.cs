using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Registry;
using MlHub.Scoring.Workers;

namespace MlHub.Serving.Traffic;

/// <summary>Ends rules that have nothing left to do, writes down which canaries were taken back, and keeps what shadows found out.</summary>
internal sealed class TrafficUpkeep(HubDbFactory hub, ServingRoutes routes, Scorers scorers, TrafficTrials trials, Shadows shadows, TrafficReader reader, TimeProvider clock)
{
    private readonly HashSet<long> _begun = [];

    /// <summary>Looks at every running rule once; whether there are any.</summary>
    public async Task<bool> FollowAsync(Caller caller, CancellationToken cancel)
    {
        caller.RequireAdmin();
        await using var db = hub.Open();
        var running = await db.TrafficRules.AsNoTracking().Where(r => r.State == TrafficState.Running).OrderBy(r => r.Id)
            .Join(db.RegisteredModels, r => r.ModelId, m => m.Id, (r, m) => new { Rule = r, m.Name }).ToListAsync(cancel);
        foreach (var (rule, name) in running.Select(r => (r.Rule, r.Name)))
        {
            if (await routes.FindAsync(name, cancel) is not { } known)
            {
                continue;
            }

            if (ReasonToEnd(rule, known) is { } reason)
            {
                await EndAsync(caller, rule.Id, TrafficState.Ended, reason, cancel);
            }
            else if (ReasonToTakeBack(rule, known) is { } verdict)
            {
                await EndAsync(caller, rule.Id, TrafficState.RolledBack, verdict, cancel);
            }
            else
            {
                Begin(rule, known);
                await KeepAsync(rule.Id, cancel);
            }
        }

        var ids = running.Select(r => r.Rule.Id).ToHashSet();
        _begun.IntersectWith(ids);
        trials.Keep(ids);
        await shadows.KeepAsync(ids);
        return ids.Count > 0;
    }

    private static string? ReasonToEnd(TrafficRule rule, ModelRoutes known)
    {
        var present = known.Endpoints.FirstOrDefault(e => e.Selector == rule.Selector).Version;
        return !known.Versions.TryGetValue(rule.Version, out var version) ? "The version is not there any more."
            : version.Stage == Stage.Archived ? "The version was archived."
            : present is null ? $"Nothing answers as {rule.Selector} any more."
            : present.Number == rule.Version ? $"{rule.Selector} leads to the version itself."
            : null;
    }

    private string? ReasonToTakeBack(TrafficRule rule, ModelRoutes known) =>
        rule.Kind != TrafficKind.Canary ? null
        : trials.OfOrNull(rule.Id)?.Verdict is { } verdict ? verdict
        : known.Versions[rule.Version].Failure is { } failure ? $"It does not run: {failure}"
        : scorers.OfOrNull(known.Versions[rule.Version].Id)?.State is { Status: ScorerStatus.Failing } failing ? $"It does not run: {failing.Reason}"
        : null;

    /// <summary>A version is loaded before the first request comes; later the requests see to it.</summary>
    private void Begin(TrafficRule rule, ModelRoutes known)
    {
        if (known.IsEnabled && known.Versions[rule.Version] is { Failure: null } version && _begun.Add(rule.Id))
        {
            scorers.Of(version).Start();
        }
    }

    private Task EndAsync(Caller caller, long id, TrafficState state, string reason, CancellationToken cancel) => hub.WriteAsync(
        async db =>
        {
            // Another node may have been faster.
            if (await db.TrafficRules.FirstOrDefaultAsync(r => r.Id == id && r.State == TrafficState.Running, cancel) is { } rule)
            {
                db.End(caller, await db.RegisteredModels.FirstAsync(m => m.Id == rule.ModelId, cancel), rule, state, reason, reader.Numbers(rule), clock.GetUtcNow());
            }
        },
        cancel);

    /// <summary>Adds what was found out here to what all nodes found out.</summary>
    private async Task KeepAsync(long id, CancellationToken cancel)
    {
        if (shadows.OfOrNull(id) is not { } shadow || shadow.Take() is not { } found || found == ShadowFindings.None)
        {
            return;
        }

        try
        {
            await hub.WriteAsync(
                async db =>
                {
                    if (await db.TrafficRules.FirstOrDefaultAsync(r => r.Id == id && r.State == TrafficState.Running, cancel) is { } rule)
                    {
                        var findings = TrafficFindings.Of(rule);
                        rule.FindingsJson = (findings with { Shadow = (findings.Shadow ?? ShadowFindings.None).Plus(found) }).ToJson();
                    }
                },
                cancel);
        }
        catch
        {
            shadow.Note(found);
            throw;
        }
    }
}
