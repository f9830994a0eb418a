using System.Diagnostics;
using MlHub.Access;
using MlHub.Tracking;

namespace MlHub.DataVersions;

/// <summary>Data that a run read, whether it can be read again, and its columns: the table's own, or else as they were logged.</summary>
public sealed record JudgedData(RunData Data, DataVerdict Verdict, IReadOnlyList<DataColumn> Columns);

/// <summary>All data that a run read; the verdict is null where it read none.</summary>
public sealed record RunDataReport(IReadOnlyList<JudgedData> Data)
{
    public DataVerdict? Verdict { get; } = DataVerdict.OfAll([.. Data.Select(d => d.Verdict)]);
}

/// <summary>Tells of runs what data they read and whether it can be read again.</summary>
public sealed class RunDataReports(HubDbFactory hub, TableVersions tables)
{
    private const int MostJudged = 20;

    /// <summary>For all tables of a run; one that is begun may take its own time beyond it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    /// <exception cref="HubException">NotFound where the run is absent or unreadable.</exception>
    public async Task<RunDataReport> OfAsync(Caller caller, string runId, CancellationToken cancel)
    {
        await using var db = hub.Open();
        return await OfAsync((await RunSearches.FoundAsync(db, caller, runId, cancel)).Details, cancel);
    }

    internal async Task<RunDataReport> OfAsync(RunDetails run, CancellationToken cancel)
    {
        List<JudgedData> judged = [];
        Dictionary<(string, long?), TableFacts> known = [];
        var began = Stopwatch.GetTimestamp();
        foreach (var data in RunData.Of(run))
        {
            var key = (data.Source.Place, data.Source.Version);
            if (!data.Source.IsDelta || !known.TryGetValue(key, out var facts))
            {
                facts = known.Count < MostJudged && Stopwatch.GetElapsedTime(began) < Patience ? await tables.JudgeAsync(data.Source, run.Run.EndTime, cancel) : new(DataVerdict.Unknown("The run read more tables than MlHub looks into at once."));
                if (data.Source.IsDelta)
                {
                    known[key] = facts;
                }
            }

            judged.Add(new(data, facts.Verdict, facts.Columns ?? data.Columns ?? []));
        }

        return new(judged);
    }
}
