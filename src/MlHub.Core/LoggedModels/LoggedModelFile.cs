using MlHub.Artifacts;

namespace MlHub.LoggedModels;

/// <summary>One file of a logged model.</summary>
public sealed class LoggedModelFile : StoredFile
{
    public required long LoggedModelKey { get; init; }
}
