namespace MlHub.Serving;

/// <summary>A version that cannot be run, and is not tried again until somebody asks for it.</summary>
public sealed class ServingFailure
{
    public long VersionId { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>In the runtime's words, or how its processes ended.</summary>
    public required string Reason { get; init; }
}
