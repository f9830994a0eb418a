using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Tracking;

namespace MlHub.DataVersions;

/// <summary>Another dataset of the same name, and how many runs read it.</summary>
public sealed record SiblingDataset(string Name, string Digest, int Runs);

/// <summary>A dataset as the experiments that the caller may read know it, the last logged first, with others of its name.</summary>
public sealed record DatasetDetails(IReadOnlyList<Dataset> Datasets, JudgedData Judged, IReadOnlyList<SiblingDataset> Siblings);

/// <summary>Finds a dataset by its digest.</summary>
public sealed class DatasetLookups(HubDbFactory hub, TableVersions tables)
{
    private const int MostSiblings = 50;

    /// <exception cref="HubException">NotFound where no experiment that the caller may read has such a dataset.</exception>
    public async Task<DatasetDetails> OfAsync(Caller caller, string digest, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var readable = db.Experiments.ReadableBy(db, caller);
        var known = db.Datasets.AsNoTracking().Where(d => readable.Any(e => e.Id == d.ExperimentId));
        var found = await known.Where(d => d.Digest == digest).OrderByDescending(d => d.Id).Take(Limits.LineageBreadth).ToListAsync(cancel);
        if (found.Count == 0)
        {
            throw HubException.NotFound($"No dataset with the digest '{LogRules.Shown(digest)}' was found.");
        }

        var (names, experiments) = (found.Select(d => d.Name).Distinct().ToList(), found.Select(d => d.ExperimentId).Distinct().ToList());
        var siblings = await known.Where(d => experiments.Contains(d.ExperimentId) && names.Contains(d.Name) && d.Digest != digest).OrderByDescending(d => d.Id).Take(MostSiblings)
            .Select(d => new SiblingDataset(d.Name, d.Digest, db.RunInputs.Count(i => i.DatasetId == d.Id && db.Runs.Any(r => r.Key == i.RunKey && !r.IsDeleted && readable.Any(e => e.Id == r.ExperimentId)))))
            .ToListAsync(cancel);
        var data = new RunData(DataSource.Of(found[0]), found[0]);
        var facts = await tables.JudgeAsync(data.Source, null, cancel);
        return new(found, new(data, facts.Verdict, facts.Columns ?? data.Columns ?? []), [.. siblings.DistinctBy(s => (s.Name, s.Digest))]);
    }
}
