namespace MlHub.Protocol.Trash;

// MlHub's own: deleting for ever what was deleted, by hand or after a time.

public sealed record PurgeRunsRequest(IReadOnlyList<string?>? RunIds);

public sealed record PurgeExperimentsRequest(IReadOnlyList<string?>? ExperimentIds);

/// <summary>What would go now, the oldest first and at most so many; a rule that is absent removes nothing. Sums are over all that would go.</summary>
public sealed record RetentionResponse(
    int? DeletedRunsAfterDays, int? DeletedExperimentsAfterDays, int RunCount, int ExperimentCount, long ArtifactBytes, long MetricPoints,
    IReadOnlyList<ExpiredRunMessage> Runs, IReadOnlyList<ExpiredExperimentMessage> Experiments);

public sealed record ExpiredRunMessage(string RunId, string RunName, string ExperimentId, long DeletionTime);

public sealed record ExpiredExperimentMessage(string ExperimentId, string Name, long DeletionTime);
