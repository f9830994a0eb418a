using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Registry;
using MlHub.Tracking;

namespace MlHub.Serving.Capture;

/// <summary>Requests to models that were kept: which are, what is in them, and their end. For those who manage the model, since they hold what its callers sent.</summary>
public sealed class CapturedRequests
{
    private readonly HubDbFactory _hub;
    private readonly CaptureRules _rules;
    private readonly CaptureTally _tally;
    private readonly CaptureUpkeep _upkeep;
    private readonly TimeProvider _clock;

    internal CapturedRequests(HubDbFactory hub, CaptureRules rules, CaptureTally tally, CaptureUpkeep upkeep, TimeProvider clock) =>
        (_hub, _rules, _tally, _upkeep, _clock) = (hub, rules, tally, upkeep, clock);

    /// <summary>What is kept, and how much there is.</summary>
    public async Task<CaptureReport> GetAsync(Caller caller, string name, CancellationToken cancel)
    {
        await using var db = _hub.Open();
        var model = await db.ModelAsync(caller, name, RegistryPermission.Manage, cancel);
        var settings = CaptureSettings.Of(await db.ModelServing.AsNoTracking().FirstOrDefaultAsync(s => s.ModelId == model.Id, cancel));
        var kept = db.CapturedOf(model.Id);
        var (oldest, newest) = (await kept.OrderBy(c => c.Id).Select(c => (DateTimeOffset?)c.At).FirstOrDefaultAsync(cancel), await kept.OrderByDescending(c => c.Id).Select(c => (DateTimeOffset?)c.At).FirstOrDefaultAsync(cancel));
        return new(model.Id, settings, await kept.CountAsync(cancel), oldest, newest, _tally.Of(model.Id));
    }

    /// <summary>Settles which are kept from now on. What is stored already stays as it is.</summary>
    public async Task<CaptureReport> SetAsync(Caller caller, string name, CaptureSettings settings, CancellationToken cancel)
    {
        settings = settings.Checked();
        await _hub.WriteAsync(
            async db =>
            {
                var model = await db.ModelAsync(caller, name, RegistryPermission.Manage, cancel);
                var serving = await db.ModelServing.FindAsync([model.Id], cancel);
                var before = CaptureSettings.Of(serving);
                serving ??= db.Add(new ModelServing { ModelId = model.Id }).Entity;
                settings.Apply(serving);
                db.Record(caller, _clock.GetUtcNow(), EventKinds.CaptureSet, model, before: Facts(before), after: Facts(settings));
            },
            cancel);
        await _rules.RefreshAsync(cancel);
        return await GetAsync(caller, name, cancel);
    }

    /// <summary>Newest first.</summary>
    /// <param name="version">Of that version alone; null for all.</param>
    public async Task<Page<CapturedCall>> ListAsync(Caller caller, string name, int? version, int most, string? token, CancellationToken cancel)
    {
        if (most is < 1 or > Limits.CapturedPage)
        {
            throw HubException.Invalid($"Invalid value for parameter 'max_results' supplied: it must be from 1 to {Limits.CapturedPage}.");
        }

        var before = string.IsNullOrEmpty(token) ? long.MaxValue
            : long.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? last
            : throw HubException.Invalid("Invalid page token, could not read 'page_token' as a place in this list.");
        await using var db = _hub.Open();
        var model = await db.ModelAsync(caller, name, RegistryPermission.Manage, cancel);
        if (version is { } number && !await db.ModelVersions.AnyAsync(v => v.ModelId == model.Id && v.Number == number, cancel))
        {
            throw HubException.NotFound($"Model Version (name={LogRules.Shown(name)}, version={number}) not found");
        }

        var rows = await db.CapturedRequests.AsNoTracking().Where(c => c.Id < before)
            .Join(db.ModelVersions.Where(v => v.ModelId == model.Id && (version == null || v.Number == version)), c => c.VersionId, v => v.Id, (c, v) => new { Captured = c, v.Number })
            .OrderByDescending(c => c.Captured.Id).Take(most + 1).ToListAsync(cancel);
        List<CapturedCall> calls = [.. rows.Take(most).Select(r => new CapturedCall(r.Captured, r.Number))];
        return new(calls, rows.Count > most ? $"{calls[^1].Captured.Id}" : null);
    }

    /// <summary>Removes all that is kept of the model; how many there were.</summary>
    public async Task<long> DeleteAsync(Caller caller, string name, CancellationToken cancel)
    {
        var (modelId, last) = await _hub.WriteAsync(
            async db =>
            {
                var model = await db.ModelAsync(caller, name, RegistryPermission.Manage, cancel);
                var requests = await db.CapturedOf(model.Id).CountAsync(cancel);
                db.Record(caller, _clock.GetUtcNow(), EventKinds.CaptureDeleted, model, after: new { requests });
                return (model.Id, await db.CapturedOf(model.Id).MaxAsync(c => (long?)c.Id, cancel) ?? 0);
            },
            cancel);
        return await _upkeep.RemoveAsync(modelId, last, cancel);
    }

    private static object Facts(CaptureSettings settings) => new { settings.Share, settings.Days, settings.RedactedColumns };
}

/// <summary>Which of a model's requests are kept, and what there is of them.</summary>
/// <param name="ModelId">The model.</param>
/// <param name="Settings">As they hold now.</param>
/// <param name="Requests">How many are kept.</param>
/// <param name="Oldest">When the first of them came.</param>
/// <param name="Newest">When the last of them came.</param>
/// <param name="Counts">Since this process started.</param>
public sealed record CaptureReport(long ModelId, CaptureSettings Settings, int Requests, DateTimeOffset? Oldest, DateTimeOffset? Newest, CaptureCounts Counts);

/// <summary>A kept request and the number of the version that answered it.</summary>
public sealed record CapturedCall(CapturedRequest Captured, int Version);

internal static class CapturedQueries
{
    /// <summary>All that is kept of a model.</summary>
    public static IQueryable<CapturedRequest> CapturedOf(this HubDb db, long modelId) =>
        db.CapturedRequests.Where(c => db.ModelVersions.Any(v => v.ModelId == modelId && v.Id == c.VersionId));
}
