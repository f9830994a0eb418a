namespace MlHub.Tracking;

/// <summary>A named collection of runs; permissions are given on it.</summary>
public sealed class Experiment
{
    /// <summary>The experiment every new hub has, as MLflow's clients expect.</summary>
    public const long DefaultId = 0;

    public long Id { get; init; }
    public required string Name { get; set; }
    public required string ArtifactLocation { get; set; }
    public bool IsDeleted { get; private set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public List<ExperimentTag> Tags { get; init; } = [];

    public void Delete(DateTimeOffset now) => (IsDeleted, UpdatedAt) = (true, now);

    public void Restore(DateTimeOffset now) => (IsDeleted, UpdatedAt) = (false, now);

    public void RequireActive()
    {
        if (IsDeleted)
        {
            throw HubException.Invalid($"The experiment {Id} must be in the 'active' state. Current state is deleted.");
        }
    }
}

/// <summary>A key and a value on an experiment.</summary>
public sealed class ExperimentTag
{
    public long ExperimentId { get; init; }
    public required string Key { get; init; }
    public required string Value { get; set; }
}
