using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Registry;
using MlHub.Reviews;
using MlHub.Tracking;

namespace MlHub.Serving.Traffic;

/// <summary>Shares of an endpoint's requests for other versions than the registry's: splits, canaries and shadows.</summary>
public sealed class TrafficRules
{
    private readonly HubDbFactory _hub;
    private readonly TimeProvider _clock;
    private readonly ServableVersions _servable;
    private readonly TrafficReader _reader;

    internal TrafficRules(HubDbFactory hub, TimeProvider clock, ServableVersions servable, TrafficReader reader) =>
        (_hub, _clock, _servable, _reader) = (hub, clock, servable, reader);

    /// <summary>The rules of a model's endpoints and how they fare, for whoever may read it.</summary>
    public async Task<TrafficReport> GetAsync(Caller caller, string name, CancellationToken cancel)
    {
        await using var db = _hub.Open();
        return await _reader.ReadAsync(db, await db.FoundModelAsync(caller, name, RegistryPermission.Read, cancel), cancel);
    }

    /// <summary>Begins a rule, or changes that of the same version at the same endpoint.</summary>
    /// <exception cref="HubException">Denied without the right to move the version there, and where the stage's policy is not met; Invalid for what cannot be.</exception>
    public async Task SetAsync(Caller caller, string name, TrafficDraft wanted, CancellationToken cancel)
    {
        var draft = wanted.Checked();
        await RequireServableAsync(caller, name, draft, cancel);
        await _hub.WriteAsync(
            async db =>
            {
                var found = await db.VersionAsync(caller, new(name, draft.Version), RegistryPermission.Read, cancel);
                await db.RequireToDirectAsync(caller, new(found.Model, found.Permission), draft.Endpoint, draft.Kind, found.Version.Stage, cancel);
                await RequireAtEndpointAsync(db, found, draft, cancel);
                var running = await db.TrafficRules.Where(r => r.ModelId == found.Model.Id && r.State == TrafficState.Running).OrderBy(r => r.Id).ToListAsync(cancel);
                var known = running.Find(r => r.Selector == draft.Endpoint && r.Version == draft.Version && (r.Kind == TrafficKind.Shadow) == (draft.Kind == TrafficKind.Shadow));
                RequireRoom(running, known);
                var findings = known is null ? new() : TrafficFindings.Of(known);
                var now = _clock.GetUtcNow();
                if (draft.Kind != TrafficKind.Shadow)
                {
                    // Taking callers away needs no approval.
                    var isMore = known is null || draft.Percent > known.Percent;
                    var overridden = isMore ? await db.RequirePolicyAsync(caller, found, draft.Endpoint, draft.OverrideReason ?? findings.OverrideReason, now, cancel) : findings.OverrideReason;
                    findings = findings with { OverrideReason = overridden, Slots = Resize(running, known, findings.Slots, draft) };
                }

                Apply(db, caller, found.Model, draft, known, findings, now);
            },
            cancel);
    }

    /// <summary>Ends a rule: the registry's version answers again. Ending what has ended is harmless.</summary>
    public Task EndAsync(Caller caller, string name, long id, CancellationToken cancel) => _hub.WriteAsync(
        async db =>
        {
            var found = await db.FoundModelAsync(caller, name, RegistryPermission.Read, cancel);
            var rule = await db.TrafficRules.FirstOrDefaultAsync(r => r.Id == id && r.ModelId == found.Model.Id, cancel)
                ?? throw HubException.NotFound($"Model '{LogRules.Shown(name)}' has no traffic rule {id}.");
            await db.RequireToDirectAsync(caller, found, rule.Selector, rule.Kind, Stage.None, cancel);
            if (rule.State == TrafficState.Running)
            {
                db.End(caller, found.Model, rule, TrafficState.Ended, $"Ended by {caller.Name}.", _reader.Numbers(rule), _clock.GetUtcNow());
            }
        },
        cancel);

    private async Task RequireServableAsync(Caller caller, string name, TrafficDraft draft, CancellationToken cancel)
    {
        await using var db = _hub.Open();
        var found = await db.VersionAsync(caller, new(name, draft.Version), RegistryPermission.Read, cancel);
        await db.RequireToDirectAsync(caller, new(found.Model, found.Permission), draft.Endpoint, draft.Kind, found.Version.Stage, cancel);
        if ((await _servable.ReadAsync(found.Version.Id, cancel)).Objection is { } objection)
        {
            throw HubException.Invalid($"Version {draft.Version} cannot be served: {objection}");
        }
    }

    private static async Task RequireAtEndpointAsync(HubDb db, FoundVersion found, TrafficDraft draft, CancellationToken cancel)
    {
        var routes = await ServingRoutes.ReadAsync(db, found.Model.Name, cancel);
        var present = routes!.Endpoints.FirstOrDefault(e => e.Selector == draft.Endpoint).Version;
        found.RequireReady();
        if ((!routes.IsEnabled ? $"Serving is not enabled for model '{LogRules.Shown(found.Model.Name)}'."
            : present is null ? $"Nothing answers as {LogRules.Shown(draft.Endpoint)}, so there are no requests to share."
            : present.Number == draft.Version ? $"{LogRules.Shown(draft.Endpoint)} leads to version {draft.Version} already."
            : found.Version.Stage == Stage.Archived ? $"Version {draft.Version} is archived, so it is not served."
            : null) is { } objection)
        {
            throw HubException.Invalid(objection);
        }
    }

    private static void RequireRoom(List<TrafficRule> running, TrafficRule? known)
    {
        if (known is null && running.Count >= Limits.TrafficRulesPerModel)
        {
            throw HubException.Invalid($"A model has at most {Limits.TrafficRulesPerModel} rules at a time. End one first.");
        }
    }

    private static List<SlotRange> Resize(List<TrafficRule> running, TrafficRule? known, IReadOnlyList<SlotRange> own, TrafficDraft draft)
    {
        var others = running.Where(r => r != known && r.Selector == draft.Endpoint && r.Kind != TrafficKind.Shadow).SelectMany(r => TrafficFindings.Of(r).Slots).ToList();
        var (left, wanted) = (TrafficSlots.Count - TrafficSlots.CountOf(others), TrafficSlots.CountOf(draft.Percent));
        return wanted <= left
            ? TrafficSlots.Resize(own, others, wanted)
            : throw HubException.Invalid(string.Create(
                CultureInfo.InvariantCulture, $"Invalid value for parameter 'percent' supplied: Other versions have shares of {draft.Endpoint}; {left * 100.0 / TrafficSlots.Count:0.##} % are left."));
    }

    private void Apply(HubDb db, Caller caller, RegisteredModel model, TrafficDraft draft, TrafficRule? known, TrafficFindings findings, DateTimeOffset now)
    {
        var before = known is null ? null : new { known.Percent, known.MostErrorPercent, known.MostMilliseconds, known.LeastRequests };
        if (known is not null && known.Kind != draft.Kind)
        {
            db.End(caller, model, known, TrafficState.Ended, $"It became a {draft.Kind.ToString().ToLowerInvariant()}.", _reader.Numbers(known), now);
            known = null;
        }

        if (known is null)
        {
            db.Add(known = new()
            {
                ModelId = model.Id,
                Selector = draft.Endpoint,
                Kind = draft.Kind,
                Version = draft.Version,
                Percent = 0,
                State = TrafficState.Running,
                CreatedBy = caller.Id,
                CreatedAt = now,
            });
        }

        (known.Percent, known.MostErrorPercent, known.MostMilliseconds, known.LeastRequests) = (draft.Percent, draft.MostErrorPercent, draft.MostMilliseconds, draft.LeastRequests);
        known.FindingsJson = findings.ToJson();
        db.Record(caller, now, EventKinds.TrafficSet, model, draft.Version, before, new
        {
            endpoint = draft.Endpoint,
            kind = draft.Kind.ToString(),
            known.Percent,
            known.MostErrorPercent,
            known.MostMilliseconds,
            known.LeastRequests,
            findings.OverrideReason,
        });
    }
}
