namespace MlHub.Deployments;

/// <summary>What a target is.</summary>
public enum TargetKind
{
    /// <summary>This hub itself.</summary>
    Hub,
    TorchServe,

    /// <summary>KServe, Triton and others that speak the Open Inference Protocol with its repository extension.</summary>
    OpenInference,
}

/// <summary>A server that models can be deployed to.</summary>
public sealed class DeploymentTarget
{
    public long Id { get; init; }

    /// <summary>Unique.</summary>
    public required string Name { get; init; }
    public required TargetKind Kind { get; init; }

    /// <summary>Of its management interface; empty for this hub.</summary>
    public required string Url { get; set; }

    /// <summary>What it is asked with, sealed; null where it asks for nothing.</summary>
    public byte[]? SealedKey { get; set; }

    /// <summary>What else its kind wants: a JSON object.</summary>
    public string SettingsJson { get; set; } = "{}";
    public required Guid CreatedBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>How far a deployment is.</summary>
public enum DeploymentState
{
    Pending,
    Deployed,
    Failed,
    Removing,
    Removed,
}

/// <summary>A model on a target.</summary>
public sealed class Deployment
{
    public long Id { get; init; }
    public required long TargetId { get; init; }
    public required long ModelId { get; init; }

    /// <summary>What it follows: a number, a stage, or an alias with an @ before it.</summary>
    public required string Selector { get; set; }

    /// <summary>The version that is there; null before the first one is.</summary>
    public int? Version { get; set; }
    public required DeploymentState State { get; set; }

    /// <summary>Why the last attempt failed.</summary>
    public string? Reason { get; set; }
    public required int Attempts { get; set; }

    /// <summary>Not to be tried before.</summary>
    public required DateTimeOffset NextAt { get; set; }

    /// <summary>Whoever works on it now: another value each time it is taken.</summary>
    public Guid? Lease { get; set; }
    public required Guid CreatedBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset ChangedAt { get; set; }
}
