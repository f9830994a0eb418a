namespace MlHub.Events;

/// <summary>The names of all events.</summary>
public static class EventKinds
{
    public const string ExperimentCreated = "experiment.created";
    public const string ExperimentRenamed = "experiment.renamed";
    public const string ExperimentDeleted = "experiment.deleted";
    public const string ExperimentRestored = "experiment.restored";
    public const string ExperimentTagSet = "experiment.tag_set";
    public const string ExperimentTagDeleted = "experiment.tag_deleted";
    public const string ExperimentShared = "experiment.shared";
    public const string RunCreated = "run.created";
    public const string RunUpdated = "run.updated";
    public const string RunDeleted = "run.deleted";
    public const string RunRestored = "run.restored";
    public const string RunLogged = "run.logged";
    public const string RunTagDeleted = "run.tag_deleted";
    public const string RunInputsLogged = "run.inputs_logged";
    public const string ArtifactSaved = "artifact.saved";
    public const string ArtifactDeleted = "artifact.deleted";
    public const string UserCreated = "user.created";
    public const string UserSignedIn = "user.signed_in";
    public const string UserLockedOut = "user.locked_out";
    public const string TokenCreated = "token.created";
    public const string TokenRevoked = "token.revoked";

    /// <summary>Whether what was verified before the event may no longer hold.</summary>
    public static bool ChangesCredentials(string kind) =>
        kind == TokenRevoked || (kind.StartsWith("user.", StringComparison.Ordinal) && kind is not (UserSignedIn or UserCreated));
}
