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

    /// <summary>When it was deleted; null where it is active, or was deleted before MlHub kept this.</summary>
    public DateTimeOffset? DeletedAt { get; private set; }

    /// <summary>The name of whoever deleted it.</summary>
    public string? DeletedBy { get; private set; }

    /// <summary>Set once somebody deleted it for ever: what is left of it goes in the background, and nothing brings it back.</summary>
    public bool IsPurged { get; private set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public List<ExperimentTag> Tags { get; init; } = [];

    public void Delete(string by, DateTimeOffset now) => (IsDeleted, DeletedBy, DeletedAt, UpdatedAt) = (true, by, now, now);

    public void Restore(DateTimeOffset now)
    {
        if (IsPurged)
        {
            throw HubException.Conflict($"Experiment {Id} is being deleted for ever.");
        }

        (IsDeleted, DeletedBy, DeletedAt, UpdatedAt) = (false, null, null, now);
    }

    public void Purge() => IsPurged = true;

    public void RequireActive()
    {
        if (IsDeleted)
        {
            throw NotActive(Id);
        }
    }

    /// <summary>What is told where something needs an active experiment.</summary>
    internal static HubException NotActive(long id) => HubException.Invalid($"The experiment {id} must be in the 'active' state. Current state is deleted.");
}

/// <summary>A key and a value on an experiment.</summary>
public sealed class ExperimentTag
{
    public long ExperimentId { get; init; }
    public required string Key { get; init; }
    public required string Value { get; set; }
}
