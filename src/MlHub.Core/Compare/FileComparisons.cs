using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Artifacts;

namespace MlHub.Compare;

/// <summary>A file as it is told from another: by its SHA-256.</summary>
public sealed record ComparedFile(string Digest, long Size);

/// <summary>The files of some runs by path, one column for each run; <paramref name="HasMore"/> where not all fitted.</summary>
public sealed record FileComparison(IReadOnlyList<ComparedRow<ComparedFile>> Files, bool HasMore);

/// <summary>Lays the artifacts of runs side by side.</summary>
public sealed class FileComparisons(HubDbFactory hub)
{
    /// <exception cref="HubException">NotFound where a run is absent or unreadable, Invalid for fewer than two runs or more than <see cref="Limits.FileComparedRuns"/>.</exception>
    public async Task<FileComparison> CompareAsync(Caller caller, IReadOnlyCollection<string> runIds, CancellationToken cancel)
    {
        var wanted = ComparedRuns.Distinct(runIds, Limits.FileComparedRuns);
        await using var db = hub.Open();
        var keys = await db.ReadableRunKeysAsync(caller, wanted, cancel);
        var columns = wanted.Select((id, i) => (keys[id], i)).ToDictionary();
        var found = await db.Set<ArtifactFile>().AsNoTracking()
            .Where(f => columns.Keys.Contains(f.RunKey)).OrderBy(f => f.Path).ThenBy(f => f.RunKey).Take(Limits.ComparedFiles + 1).ToListAsync(cancel);
        var rows = found.Take(Limits.ComparedFiles).GroupBy(f => f.Path).Select(path =>
        {
            var values = new ComparedFile?[wanted.Count];
            foreach (var file in path)
            {
                values[columns[file.RunKey]] = new(file.Digest, file.Size);
            }

            return new ComparedRow<ComparedFile>(path.Key, values);
        });
        return new([.. rows.OrderBy(r => r.Key, StringComparer.Ordinal)], found.Count > Limits.ComparedFiles);
    }
}
