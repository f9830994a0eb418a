using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Registry;

namespace MlHub.Serving.Monitoring;

/// <summary>Tells how often a model was asked, how it answered and how long that took: of this process from memory, of others as they wrote it.</summary>
public sealed class ServingMeasures
{
    /// <summary>The longest time that is told of, and the shortest.</summary>
    public const int MostMinutes = 14 * 24 * 60, LeastMinutes = 1;

    private const int MostSteps = 120;

    private static readonly int[] StepMinutes = [1, 5, 15, 60, 180];

    private readonly HubDbFactory _hub;
    private readonly CountedCalls _counted;
    private readonly TimeProvider _clock;

    internal ServingMeasures(HubDbFactory hub, CountedCalls counted, TimeProvider clock) => (_hub, _counted, _clock) = (hub, counted, clock);

    /// <summary>For whoever may read the model. Of long times several minutes are one step.</summary>
    /// <exception cref="HubException">NotFound where the model is absent or unreadable; Invalid for no such number of minutes.</exception>
    public async Task<MeasuredSeries> ReadAsync(Caller caller, string name, long minutes, CancellationToken cancel)
    {
        if (minutes is < LeastMinutes or > MostMinutes)
        {
            throw HubException.Invalid($"Invalid value {minutes} for parameter 'minutes' supplied: It must be from {LeastMinutes} to {MostMinutes}.");
        }

        await using var db = _hub.Open();
        var model = await db.ModelAsync(caller, name, RegistryPermission.Read, cancel);
        var numbers = await db.ModelVersions.AsNoTracking().Where(v => v.ModelId == model.Id).ToDictionaryAsync(v => v.Id, v => v.Number, cancel);
        var step = TimeSpan.FromMinutes(StepMinutes.First(s => minutes <= s * MostSteps));
        var now = _clock.GetUtcNow();
        var begin = now - TimeSpan.FromMinutes(minutes);
        // Steps begin where a clock would have them, so that a step that is over never changes.
        begin = begin - new TimeSpan(begin.Ticks % step.Ticks) + step;
        MeasuredSeries series = new(model.Id, begin, now, step, []);

        // Memory first: what is written and forgotten between the two is then in the table.
        var counted = _counted.All.Where(c => c.Key.Minute >= begin && numbers.ContainsKey(c.Key.VersionId)).ToDictionary();
        Dictionary<long, CallCounts?[]> byVersion = [];
        foreach (var (key, counts) in counted)
        {
            Put(key, counts);
        }

        var rows =
            from version in db.ModelVersions.AsNoTracking()
            where version.ModelId == model.Id
            join measure in db.ServingMeasures on version.Id equals measure.VersionId
            where measure.Minute >= begin
            select measure;
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(cancel))
        {
            CountedMinute key = new(row.VersionId, row.Minute);
            if ((row.Node != _counted.Node || !counted.ContainsKey(key)) && numbers.ContainsKey(row.VersionId))
            {
                Put(key, CallCounts.Of(row));
            }
        }

        return series with { Versions = [.. byVersion.Select(v => new MeasuredVersion(numbers[v.Key], Sum(v.Value), v.Value)).OrderByDescending(v => v.Number)] };

        void Put(CountedMinute key, CallCounts counts)
        {
            var at = (int)((key.Minute - begin) / step);
            if (at < series.Steps)
            {
                var steps = byVersion.TryGetValue(key.VersionId, out var known) ? known : byVersion[key.VersionId] = new CallCounts?[series.Steps];
                (steps[at] ??= new()).Add(counts);
            }
        }
    }

    private static CallCounts Sum(IEnumerable<CallCounts?> steps)
    {
        CallCounts whole = new();
        foreach (var step in steps)
        {
            if (step is not null)
            {
                whole.Add(step);
            }
        }

        return whole;
    }
}
