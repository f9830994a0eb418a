using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using MlHub.Artifacts;
using MlHub.Compare;

namespace MlHub.Serving;

/// <summary>Reads what is needed to serve versions, and remembers it. Whoever calls has asked for the right to read them.</summary>
internal sealed class ServableVersions(HubDbFactory hub, IBlobStore blobs)
{
    private readonly ConcurrentDictionary<long, Servable> _known = new();

    public async ValueTask<Servable> ReadAsync(long versionId, CancellationToken cancel)
    {
        if (_known.TryGetValue(versionId, out var known))
        {
            return known;
        }

        await using var db = hub.Open();
        var files = await db.ModelVersionFiles.AsNoTracking().Where(f => f.VersionId == versionId).OrderBy(f => f.Path).ToListAsync(cancel);
        var yaml = await TextOrNullAsync(VersionContent.ModelFileName);
        var model = yaml is null ? null : ModelFile.ReadOrNull(yaml);
        var objection = Servable.ObjectionTo(model, files.Select(f => f.Path));
        byte[]? example = null;
        foreach (var name in ExampleRequest.Files)
        {
            example ??= await TextOrNullAsync(name) is { } json ? ExampleRequest.OrNull(json) : null;
        }

        var read = new Servable(objection, objection is null ? Servable.OnnxFileOf(model)! : "", model, example, [.. files.Select(f => (f.Path, f.Digest, f.Size))]);
        if (files.Count > 0)
        {
            // A version whose files are still being sent is read again.
            _known[versionId] = read;
        }

        return read;

        async Task<string?> TextOrNullAsync(string path) =>
            files.Find(f => f.Path == path) is { } file ? await VersionContent.TextOrNullAsync(blobs, file.Digest, file.Size, cancel) : null;
    }
}
