using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Registry;

namespace MlHub.Serving.Traffic;

/// <summary>Reads rules together with what this node knows of them. Whoever calls has asked for the right to read the model.</summary>
internal sealed class TrafficReader(HubDbFactory hub, Scorers scorers, TrafficTrials trials, Shadows shadows)
{
    public async Task<TrafficReport> ReadAsync(HubDb db, FoundModel found, CancellationToken cancel)
    {
        var routes = (await ServingRoutes.ReadAsync(db, found.Model.Name, cancel))!;
        var rules = await db.TrafficRules.AsNoTracking().Where(r => r.ModelId == found.Model.Id && r.State == TrafficState.Running).OrderBy(r => r.Id).ToListAsync(cancel);
        var ended = await db.TrafficRules.AsNoTracking().Where(r => r.ModelId == found.Model.Id && r.State != TrafficState.Running)
            .OrderByDescending(r => r.EndedAt).ThenByDescending(r => r.Id).Take(Limits.TrafficRulesShown).ToListAsync(cancel);
        // One that ends between the two readings is told of as it was.
        ended.RemoveAll(e => rules.Exists(r => r.Id == e.Id));
        var ids = rules.Concat(ended).Select(r => r.CreatedBy).Distinct().ToList();
        var names = await db.Users.Where(u => ids.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.UserName, cancel);
        List<TrafficEndpoint> endpoints = [];
        foreach (var (selector, version) in routes.Endpoints)
        {
            var needed = await db.NeededToDirectAsync(found.Model.Id, selector, TrafficKind.Split, Stage.None, cancel);
            endpoints.Add(new(selector, version.Number, found.Permission >= needed, [.. rules.Where(r => r.Selector == selector).Select(Entry)]));
        }

        return new(
            routes.IsEnabled, found.Permission, endpoints, [.. ended.Select(Entry)],
            [.. routes.Versions.Values.Where(v => v.Stage != Stage.Archived).Select(v => v.Number).OrderDescending().Take(Limits.ServedVersionsShown)]);

        TrafficEntry Entry(TrafficRule rule)
        {
            var numbers = rule.State == TrafficState.Running ? Numbers(rule) : TrafficFindings.Of(rule);
            var isReady = routes.Versions.TryGetValue(rule.Version, out var version) && scorers.OfOrNull(version.Id) is { IsReady: true };
            return new(rule, names.GetValueOrDefault(rule.CreatedBy), isReady, numbers.Candidate, numbers.Present, numbers.Shadow) { IsOfNode = !hub.IsAlone && rule.Kind != TrafficKind.Shadow };
        }
    }

    /// <summary>What is stored of a running rule, with what this node knows beyond it.</summary>
    public TrafficFindings Numbers(TrafficRule rule)
    {
        var (findings, trial) = (TrafficFindings.Of(rule), trials.OfOrNull(rule.Id));
        return rule.Kind == TrafficKind.Shadow
            ? findings with { Shadow = (findings.Shadow ?? ShadowFindings.None).Plus(shadows.OfOrNull(rule.Id)?.Found ?? ShadowFindings.None) }
            : findings with { Candidate = trial?.Candidate.Numbers ?? SideNumbers.None, Present = trial?.Present.Numbers ?? SideNumbers.None };
    }
}
