using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;

namespace MlHub.Reproduce;

/// <summary>How a metric of a reproduction stands to the original's.</summary>
public enum Agreement
{
    Equal,

    /// <summary>Within <see cref="Reproductions.Tolerance"/>.</summary>
    Close,

    /// <summary>Only one of the two has it.</summary>
    Missing,

    Differs,
}

/// <summary>The latest values of a metric in both runs; null where one does not have it.</summary>
public sealed record MetricAgreement(string Key, double? Original, double? Reproduced, Agreement Agreement);

/// <summary>A run that was made to have another's outcome again; differing metrics come first.</summary>
public sealed record Reproduction(Run Run, IReadOnlyList<MetricAgreement> Metrics)
{
    /// <summary>The worst of all metrics; null where there is none.</summary>
    public Agreement? Verdict { get; } = Metrics.Count == 0 ? null : Metrics.Max(m => m.Agreement);
}

/// <summary>The reproductions of a run, and the run that it is one of itself.</summary>
public sealed record ReproductionList(IReadOnlyList<Reproduction> Runs, Run? Original);

/// <summary>Finds the runs that say, by a tag, that they make another again, and holds their outcome against it.</summary>
public sealed class Reproductions(HubDbFactory hub)
{
    /// <summary>The tag; its value is the id of the original run.</summary>
    public const string Tag = "mlhub.reproduces";

    /// <summary>Two values agree where they differ by no more than this part of the larger.</summary>
    public const double Tolerance = 1e-3;

    /// <summary>Those in the run's experiment, newest first, and the original wherever the caller may read it.</summary>
    /// <exception cref="HubException">NotFound where the run is absent or unreadable.</exception>
    public async Task<ReproductionList> OfAsync(Caller caller, string runId, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var original = (await RunSearches.FoundAsync(db, caller, runId, cancel)).Details;
        var keys = await db.Runs
            .Where(r => r.ExperimentId == original.Run.ExperimentId && !r.IsDeleted && r.Key != original.Run.Key && db.RunTags.Any(t => t.RunKey == r.Key && t.Key == Tag && t.Value == runId))
            .OrderByDescending(r => r.StartTime).ThenByDescending(r => r.Key).Take(Limits.ReproductionsShown).Select(r => r.Key).ToListAsync(cancel);
        var runs = await RunReader.ReadAsync(db, keys, cancel);
        var reproduces = original.Tags.FirstOrDefault(t => t.Key == Tag).Value;
        var readable = db.Experiments.ReadableBy(db, caller);
        var first = reproduces is null ? null : await db.Runs.AsNoTracking().FirstOrDefaultAsync(r => r.RunId == reproduces && readable.Any(e => e.Id == r.ExperimentId), cancel);
        return new([.. runs.Select(r => new Reproduction(r.Run, Compare(original, r.Details)))], first);
    }

    /// <summary>What the machines measured of themselves is left out.</summary>
    public static IReadOnlyList<MetricAgreement> Compare(RunDetails original, RunDetails reproduced)
    {
        var (before, after) = (Values(original), Values(reproduced));
        return
        [
            .. before.Keys.Union(after.Keys).Order(StringComparer.Ordinal)
                .Select(k => (Key: k, Before: before.TryGetValue(k, out var b) ? b : (double?)null, After: after.TryGetValue(k, out var a) ? a : (double?)null))
                .Select(m => new MetricAgreement(m.Key, m.Before, m.After, Judge(m.Before, m.After))).OrderByDescending(m => m.Agreement),
        ];

        static Dictionary<string, double> Values(RunDetails run) => run.Metrics.Where(m => !MetricNames.IsOfSystem(m.Key)).ToDictionary(m => m.Key, m => m.Value);
    }

    private static Agreement Judge(double? before, double? after) => (before, after) switch
    {
        ({ } b, { } a) when a.Equals(b) => Agreement.Equal,
        ({ } b, { } a) when double.IsFinite(a) && double.IsFinite(b) && Math.Abs(a - b) <= Tolerance * Math.Max(Math.Abs(a), Math.Abs(b)) => Agreement.Close,
        ({ }, { }) => Agreement.Differs,
        _ => Agreement.Missing,
    };
}
