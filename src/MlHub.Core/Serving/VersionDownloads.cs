using MlHub.Access;
using MlHub.Registry;

namespace MlHub.Serving;

/// <summary>A version as programs outside of the hub load it: its frozen files, and how its ONNX model is asked.</summary>
/// <param name="ModelPublicId">The model's id in addresses of files.</param>
/// <param name="Key">Which version it is.</param>
/// <param name="Stage">Its stage.</param>
/// <param name="Digest">SHA-256 over the paths and digests of its files: another version with the same files has the same.</param>
/// <param name="OnnxFile">The path of its ONNX model; null where it has none.</param>
/// <param name="InputsJson">The signature's inputs as the file MLmodel has them; null without a signature.</param>
/// <param name="ParametersJson">The same for its parameters.</param>
/// <param name="Files">Path, digest and bytes of each.</param>
public sealed record DownloadableVersion(
    string ModelPublicId, VersionKey Key, Stage Stage, string Digest, string? OnnxFile, string? InputsJson, string? ParametersJson,
    IReadOnlyList<(string Path, string Digest, long Size)> Files);

/// <summary>Tells what a version consists of, to whoever may read the model.</summary>
public sealed class VersionDownloads
{
    private readonly HubDbFactory _hub;
    private readonly ServableVersions _servable;

    internal VersionDownloads(HubDbFactory hub, ServableVersions servable) => (_hub, _servable) = (hub, servable);

    /// <exception cref="HubException">NotFound where there is no such version or it has no files here; Conflict while they are not all there.</exception>
    public async Task<DownloadableVersion> FindAsync(Caller caller, string name, VersionSelector selector, CancellationToken cancel)
    {
        FoundVersion found;
        await using (var db = _hub.Open())
        {
            found = await selector.FindAsync(db, caller, name, cancel);
        }

        var (version, key) = (found.Version, found.Key);
        if (version.Status != VersionStatus.Ready)
        {
            throw HubException.Conflict($"{key} is {version.Status.ToWire()}: its files are not all there.");
        }

        if (version.Digest is null)
        {
            throw HubException.NotFound($"{key} has no files on this hub: its source is an address elsewhere.");
        }

        var servable = await _servable.ReadAsync(version.Id, cancel);
        return new(
            found.Model.PublicId, key, version.Stage, version.Digest, servable is { Objection: null, OnnxFile.Length: > 0 } ? servable.OnnxFile : null,
            servable.Model?.InputsJson, servable.Model?.ParametersJson, servable.Files);
    }
}
