namespace MlHub.Access;

/// <summary>One person's permission on one experiment. Without a row there is none.</summary>
public sealed class ExperimentGrant
{
    public required long ExperimentId { get; init; }
    public required Guid UserId { get; init; }
    public required Permission Permission { get; set; }
}

/// <summary>One group's permission on one experiment.</summary>
public sealed class ExperimentGroupGrant
{
    public required long ExperimentId { get; init; }
    public required Guid GroupId { get; init; }
    public required Permission Permission { get; set; }
}
