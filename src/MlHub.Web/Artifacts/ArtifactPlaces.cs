using MlHub.Artifacts;
using MlHub.Registry;

namespace MlHub.Web.Artifacts;

/// <summary>Finds what a path of the proxied store leads to.</summary>
public sealed class ArtifactPlaces(MlHub.Artifacts.Artifacts artifacts, VersionUploads versions)
{
    public IArtifactPlace Of(ProxiedPath path) => path switch
    {
        ProxiedPath.OfVersion of => versions.Of(of.ModelId, of.Version),
        ProxiedPath.OfRun of => artifacts.Of(of.RunId),
        ProxiedPath.OfLoggedModel of => artifacts.Of(of.ModelId),
        ProxiedPath.OfCaller => artifacts.OfCaller(),
        _ => throw new ArgumentOutOfRangeException(nameof(path)),
    };
}
