using System.Text;

namespace MlHub.Demo.Mlflow;

/// <summary>A file to upload: its path below the run's artifact root, and its bytes.</summary>
public sealed record ArtifactFile(string Path, byte[] Content)
{
    public static ArtifactFile OfText(string path, string text) => new(path, Encoding.UTF8.GetBytes(text));
}
