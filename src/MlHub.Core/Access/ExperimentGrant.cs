namespace MlHub.Access;

/// <summary>One person's permission on one experiment. Without a row there is none.</summary>
public sealed class ExperimentGrant
{
    public required long ExperimentId { get; init; }
    public required Guid UserId { get; init; }
    public required Permission Permission { get; set; }
}
