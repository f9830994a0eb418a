namespace MlHub.Registry;

/// <summary>Whether a version's files are all there. The names are the protocol's.</summary>
public enum VersionStatus : short
{
    PendingRegistration = 0,
    FailedRegistration = 1,
    Ready = 2,
}

public static class VersionStatuses
{
    /// <summary>The status' name in the protocol.</summary>
    public static string ToWire(this VersionStatus status) => status switch
    {
        VersionStatus.PendingRegistration => "PENDING_REGISTRATION",
        VersionStatus.FailedRegistration => "FAILED_REGISTRATION",
        _ => "READY",
    };
}

/// <summary>One numbered version of a registered model.</summary>
public sealed class ModelVersion
{
    public long Id { get; init; }
    public required long ModelId { get; init; }

    /// <summary>1, 2, 3 … within the model.</summary>
    public required int Number { get; init; }
    public Stage Stage { get; private set; }
    public DateTimeOffset? StageChangedAt { get; private set; }
    public string Description { get; set; } = "";
    public required string CreatedBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Where the version was said to come from, as the client wrote it.</summary>
    public required string Source { get; init; }
    public string? RunId { get; init; }
    public string? RunLink { get; init; }
    public string? LoggedModelId { get; init; }

    /// <summary>The logged model that <see cref="LoggedModelId"/> names, where this hub has it and whoever registered could read it.</summary>
    public long? LoggedModelKey { get; init; }

    /// <summary>The run, and the folder of it (or of the logged model, where there is one) whose files were frozen; later writes below it are refused.</summary>
    public long? SourceRunKey { get; init; }
    public string? SourcePath { get; init; }

    /// <summary>The version that this is a copy of.</summary>
    public long? SourceVersionId { get; init; }
    public VersionStatus Status { get; set; } = VersionStatus.Ready;
    public string StatusMessage { get; set; } = "";

    /// <summary>SHA-256 over the paths and digests of its files, in hexadecimal; null while it has none.</summary>
    public string? Digest { get; set; }
    public List<ModelVersionTag> Tags { get; init; } = [];

    /// <summary>The stage it had before.</summary>
    public Stage MoveTo(Stage stage, DateTimeOffset now)
    {
        var before = Stage;
        (Stage, StageChangedAt, UpdatedAt) = (stage, now, now);
        return before;
    }
}

/// <summary>A key and a value on a model version.</summary>
public sealed class ModelVersionTag
{
    public long VersionId { get; init; }
    public required string Key { get; init; }
    public required string Value { get; set; }
}

/// <summary>One file of a version as it was when it was registered. The bytes are the blob store's, under their SHA-256.</summary>
public sealed class ModelVersionFile
{
    public required long VersionId { get; init; }

    /// <summary>Relative to the version's folder: <c>MLmodel</c>.</summary>
    public required string Path { get; init; }

    /// <summary>SHA-256, 64 lower-case hexadecimal digits.</summary>
    public required string Digest { get; set; }

    /// <summary>Bytes.</summary>
    public required long Size { get; set; }
}
