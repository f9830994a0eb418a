namespace MlHub.Artifacts;

/// <summary>The settings <c>MlHub:Artifacts:…</c> that concern both stores. Sizes are in bytes; zero means no limit.</summary>
public sealed record ArtifactSettings
{
    public long QuotaPerExperiment { get; init; }
    public long MaxFileSize { get; init; }

    /// <summary>How fast stored bytes are read again to find damage, in bytes per second; zero switches it off.</summary>
    public long ScrubRate { get; init; } = 8 * 1024 * 1024;
}
