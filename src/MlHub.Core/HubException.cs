namespace MlHub;

/// <summary>Why an operation was refused. Each has one MLflow error code and one HTTP status (see MlflowErrors).</summary>
public enum HubError
{
    Invalid,
    NotFound,
    AlreadyExists,
    Denied,
    Unauthenticated,
    Conflict,
    TooManyRequests,
    TooLarge,
    StorageFull,
    Unavailable,

    /// <summary>Stored bytes are missing or no longer what they were.</summary>
    DataLoss,
}

/// <summary>A refusal that the caller should see. Everything else that is thrown is a defect.</summary>
public sealed class HubException(HubError error, string message) : Exception(message)
{
    public HubError Error { get; } = error;

    /// <summary>Whether nobody sends this by mistake, so that the audit tells of it as of what was denied.</summary>
    public bool IsAttempt { get; init; }

    public static HubException Invalid(string message) => new(HubError.Invalid, message);

    /// <summary>For paths and addresses that lead out of where they belong.</summary>
    public static HubException OutOfBounds(string message) => new(HubError.Invalid, message) { IsAttempt = true };

    public static HubException NotFound(string message) => new(HubError.NotFound, message);

    public static HubException AlreadyExists(string message) => new(HubError.AlreadyExists, message);

    public static HubException Denied(string message) => new(HubError.Denied, message);

    public static HubException Conflict(string message) => new(HubError.Conflict, message);
}
