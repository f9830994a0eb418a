using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Artifacts;

namespace MlHub.Serving.Batch;

/// <summary>Finds and opens what jobs read, by the rights of whoever asks.</summary>
internal sealed class BatchSources(HubDbFactory hub, CheckedBlobs blobs, IWebSource web)
{
    /// <summary>The source with its files. Of an address only its form is known before it is opened.</summary>
    /// <exception cref="HubException">NotFound where there is nothing, or nothing that the caller may read; Invalid where the form is unknown.</exception>
    public async Task<BatchSource> SettleAsync(Caller caller, BatchSource source, CancellationToken cancel)
    {
        if (source.Url is { } url)
        {
            await web.CheckAsync(url, cancel);
            return source with { Files = [new(url, source.Format ?? BatchSource.FormOf(new Uri(url).AbsolutePath) ?? throw Formless(BatchSource.ShownAddress(url)), null, null, null)] };
        }

        await using var db = hub.Open();
        var path = ArtifactPath.ParseFile(source.Path);
        var owner = await ArtifactOwner.FindAsync(db, caller, source.RunId, Permission.Read, cancel);
        var found = await owner.Files(db).AsNoTracking().Where(f => f.Path == path.Value || f.Path.StartsWith(path.Prefix)).OrderBy(f => f.Path)
            .Take(Limits.BatchFiles + 1).Select(f => new { f.Path, f.Digest, f.Size }).ToListAsync(cancel);
        if (found.Count == 0)
        {
            throw HubException.NotFound($"No such artifact: '{path}' of {owner.Named}");
        }

        var isFile = found is [{ } only] && only.Path == path.Value;
        List<BatchFile> files = [];
        foreach (var file in found.OrderBy(f => f.Path, StringComparer.Ordinal))
        {
            // A folder may hold other files too; a file is what it is said to be.
            var form = isFile ? source.Format ?? BatchSource.FormOf(file.Path) ?? throw Formless(file.Path) : BatchSource.FormOf(file.Path);
            if (form is { } known && (isFile || source.Format is null || source.Format == known))
            {
                files.Add(new(file.Path, known, file.Digest, file.Size, null));
            }
        }

        return files.Count == 0 ? throw HubException.Invalid($"The folder '{path}' of {owner.Named} has no files whose names end in .csv, .jsonl, .ndjson or .json-lines.")
            : found.Count > Limits.BatchFiles ? throw HubException.Invalid($"The folder '{path}' has more than {Limits.BatchFiles} files.")
            : source with { Files = files };
    }

    /// <summary>Asks again, for a job that goes on, whether its creator may read what it reads and whether that is still the same.</summary>
    /// <exception cref="HubException">NotFound or Denied where they may not.</exception>
    /// <exception cref="BatchFailedException">Something else is there now.</exception>
    public async Task RequireUnchangedAsync(Caller caller, BatchSource settled, CancellationToken cancel)
    {
        var now = await SettleAsync(caller, settled with { Files = null }, cancel);
        if (settled.Url is null && !now.Files!.SequenceEqual(settled.Files!))
        {
            throw new BatchFailedException($"The files of {settled.Shown} were changed since the job began, so it cannot go on.");
        }
    }

    public async Task<Stream> OpenAsync(BatchFile file, long offset, CancellationToken cancel)
    {
        if (file.Digest is null)
        {
            return (await web.OpenAsync(file.Name, offset, file.Tag, cancel)).Body;
        }

        var stream = await blobs.OpenAsync(file.Digest, $"'{file.Name}'", cancel);
        stream.Position = offset;
        return stream;
    }

    /// <summary>Opens an address for the first time: its tag and length are part of what is settled.</summary>
    public async Task<(BatchSource Source, Stream Body)> OpenFirstAsync(BatchSource settled, CancellationToken cancel)
    {
        var content = await web.OpenAsync(settled.Url!, 0, null, cancel);
        return (settled with { Files = [settled.Files![0] with { Bytes = content.Bytes, Tag = content.Tag }] }, content.Body);
    }

    private static HubException Formless(string name) =>
        HubException.Invalid($"Nobody can tell how the rows of '{BatchSource.ShownName(name)}' are written: give format as 'csv' or 'jsonl'.");
}
