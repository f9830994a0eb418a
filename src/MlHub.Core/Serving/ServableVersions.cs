using System.Collections.Concurrent;
using System.IO.Compression;
using Microsoft.EntityFrameworkCore;
using MlHub.Artifacts;
using MlHub.Compare;
using MlHub.Serving.Python;

namespace MlHub.Serving;

/// <summary>Reads what is needed to serve versions, and remembers it. Whoever calls has asked for the right to read them.</summary>
internal sealed class ServableVersions(HubDbFactory hub, IBlobStore blobs, PythonRuntime python, ServingSettings settings)
{
    private readonly ConcurrentDictionary<long, Servable> _known = new();

    /// <summary>Why this hub does not serve a version; null where it does.</summary>
    /// <param name="servable">The version.</param>
    /// <param name="isTrusted">Whether an administrator allowed the Python code in the model's files to be run.</param>
    public async ValueTask<string?> ObjectionAsync(Servable servable, bool isTrusted) =>
        servable.Objection ?? (servable.Python is not { } flavor ? (settings.Library is null ? settings.LibraryAdvice : null)
            : isTrusted ? await python.ObjectionToAsync(flavor)
            : $"Its flavour {flavor.Title} is loaded by running Python code of whoever logged it, which no administrator of this hub has allowed for this model (serving, Settings).");

    /// <summary>As the database has it now.</summary>
    public async Task<bool> IsTrustedAsync(long versionId, CancellationToken cancel)
    {
        await using var db = hub.Open();
        return await db.ModelVersions.AnyAsync(v => v.Id == versionId && db.ModelServing.Any(s => s.ModelId == v.ModelId && s.PythonTrustedAt != null), cancel);
    }

    public async ValueTask<Servable> ReadAsync(long versionId, CancellationToken cancel)
    {
        if (_known.TryGetValue(versionId, out var known))
        {
            return known;
        }

        await using var db = hub.Open();
        var files = await db.ModelVersionFiles.AsNoTracking().Where(f => f.VersionId == versionId).OrderBy(f => f.Path).ToListAsync(cancel);
        var yaml = await TextOrNullAsync(VersionContent.ModelFileName);
        byte[]? example = null;
        foreach (var name in ExampleRequest.Files)
        {
            example ??= await TextOrNullAsync(name) is { } json ? ExampleRequest.OrNull(json) : null;
        }

        var read = Servable.Of(yaml is null ? null : ModelFile.ReadOrNull(yaml), example, [.. files.Select(f => (f.Path, f.Digest, f.Size))]);
        if (read is { Objection: null, Python: { IsTorchScript: true } torch } && !await IsTorchScriptAsync(files.First(f => f.Path == torch.File).Digest, cancel))
        {
            read = read with { Objection = "Its flavour pytorch holds a pickled module and no TorchScript: only the program that defines the module can load it. Log what torch.jit.script gives of it to have it served." };
        }

        if (files.Count > 0)
        {
            // A version whose files are still being sent is read again.
            _known[versionId] = read;
        }

        return read;

        async Task<string?> TextOrNullAsync(string path) =>
            files.Find(f => f.Path == path) is { } file ? await VersionContent.TextOrNullAsync(blobs, file.Digest, file.Size, cancel) : null;
    }

    /// <summary>TorchScript is a ZIP file with the constants of its program, which a pickled module has none of.</summary>
    private async Task<bool> IsTorchScriptAsync(string digest, CancellationToken cancel)
    {
        await using var content = await blobs.OpenOrNullAsync(digest, cancel);
        try
        {
            using ZipArchive zip = new(content ?? Stream.Null, ZipArchiveMode.Read);
            return zip.Entries.Any(e => e.FullName.EndsWith("/constants.pkl", StringComparison.Ordinal));
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
