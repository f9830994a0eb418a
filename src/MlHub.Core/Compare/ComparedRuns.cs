using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Tracking;

namespace MlHub.Compare;

/// <summary>Which runs are laid side by side.</summary>
internal static class ComparedRuns
{
    /// <summary>Each once, in the order that was asked for.</summary>
    /// <exception cref="HubException">Invalid for fewer than two runs or more than <paramref name="most"/>.</exception>
    public static List<string> Distinct(IReadOnlyCollection<string> runIds, int most)
    {
        var wanted = runIds.Distinct(StringComparer.Ordinal).ToList();
        return wanted.Count >= 2 && wanted.Count <= most
            ? wanted
            : throw HubException.Invalid($"Invalid value for parameter 'run_ids' supplied: 2 to {most} different runs can be compared, {wanted.Count} were named.");
    }

    /// <exception cref="HubException">NotFound where a run is absent or unreadable.</exception>
    public static async Task<Dictionary<string, long>> ReadableRunKeysAsync(this HubDb db, Caller caller, IReadOnlyCollection<string> runIds, CancellationToken cancel)
    {
        var readable = db.Experiments.ReadableBy(db, caller).Select(e => e.Id);
        var keys = await db.Runs.Where(r => EF.Parameter(runIds).Contains(r.RunId) && readable.Contains(r.ExperimentId))
            .Select(r => KeyValuePair.Create(r.RunId, r.Key)).ToDictionaryAsync(r => r.Key, r => r.Value, cancel);
        return runIds.FirstOrDefault(id => !keys.ContainsKey(id)) is { } absent ? throw HubException.NotFound(RunQueries.Absent(absent)) : keys;
    }
}
