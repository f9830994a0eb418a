namespace MlHub.Events;

/// <summary>The names of all events.</summary>
public static class EventKinds
{
    public const string ExperimentCreated = "experiment.created";
    public const string ExperimentRenamed = "experiment.renamed";
    public const string ExperimentDeleted = "experiment.deleted";
    public const string ExperimentRestored = "experiment.restored";
    public const string ExperimentPurged = "experiment.purged";
    public const string ExperimentTagSet = "experiment.tag_set";
    public const string ExperimentTagDeleted = "experiment.tag_deleted";
    public const string ExperimentShared = "experiment.shared";
    public const string SavedViewCreated = "saved_view.created";
    public const string SavedViewUpdated = "saved_view.updated";
    public const string SavedViewDeleted = "saved_view.deleted";

    /// <summary>The subject is the experiment; after {kind, name}, without a name where there is no default any more.</summary>
    public const string SavedViewDefaultSet = "saved_view.default_set";

    /// <summary>Something was given, or taken away, on a folder from where every experiment below inherits.</summary>
    public const string FolderShared = "folder.shared";
    public const string RunCreated = "run.created";
    public const string RunUpdated = "run.updated";
    public const string RunDeleted = "run.deleted";
    public const string RunRestored = "run.restored";

    /// <summary>before and after {experimentId}; the event is told to those who see the experiment that the run came to.</summary>
    public const string RunMoved = "run.moved";

    /// <summary>after {name, from}.</summary>
    public const string RunCopied = "run.copied";
    public const string RunPurged = "run.purged";
    public const string RunLogged = "run.logged";
    public const string RunTagDeleted = "run.tag_deleted";
    public const string RunInputsLogged = "run.inputs_logged";
    public const string RunModelsLogged = "run.models_logged";
    public const string LoggedModelCreated = "logged_model.created";
    public const string LoggedModelFinalized = "logged_model.finalized";
    public const string LoggedModelParamsLogged = "logged_model.params_logged";
    public const string LoggedModelTagsSet = "logged_model.tags_set";
    public const string LoggedModelTagDeleted = "logged_model.tag_deleted";
    public const string LoggedModelDeleted = "logged_model.deleted";
    public const string ArtifactSaved = "artifact.saved";
    public const string ArtifactDeleted = "artifact.deleted";

    /// <summary>Stored bytes were found missing or changed; the subject is their digest.</summary>
    public const string ArtifactDamaged = "artifact.damaged";
    public const string ArtifactHealed = "artifact.healed";

    /// <summary>Bytes that nothing points at were removed; after {blobs, bytes}.</summary>
    public const string ArtifactsSwept = "artifact.swept";
    public const string UserCreated = "user.created";
    public const string UserSignedIn = "user.signed_in";
    public const string UserLockedOut = "user.locked_out";
    public const string UserInvited = "user.invited";
    public const string UserPasswordChanged = "user.password_changed";
    public const string UserSecondFactorOn = "user.second_factor_on";
    public const string UserSecondFactorOff = "user.second_factor_off";
    public const string UserRecoveryCodesMade = "user.recovery_codes_made";
    public const string UserPasskeyAdded = "user.passkey_added";
    public const string UserPasskeyRemoved = "user.passkey_removed";
    public const string UserSessionsEnded = "user.sessions_ended";
    public const string UserMailChanged = "user.mail_changed";
    public const string UserPromoted = "user.promoted";
    public const string UserDemoted = "user.demoted";
    public const string UserDisabled = "user.disabled";
    public const string UserEnabled = "user.enabled";
    public const string UserDeleted = "user.deleted";
    public const string GroupCreated = "group.created";
    public const string GroupRenamed = "group.renamed";
    public const string GroupDeleted = "group.deleted";
    public const string GroupMemberAdded = "group.member_added";
    public const string GroupMemberRemoved = "group.member_removed";
    public const string TokenCreated = "token.created";
    public const string TokenRevoked = "token.revoked";
    public const string AccessDenied = "access.denied";

    public const string ModelCreated = "model.created";
    public const string ModelRenamed = "model.renamed";
    public const string ModelDescribed = "model.described";
    public const string ModelDeleted = "model.deleted";
    public const string ModelTagSet = "model.tag_set";
    public const string ModelTagDeleted = "model.tag_deleted";
    public const string ModelShared = "model.shared";

    /// <summary>Something was given, or taken away, on the root from where every model inherits.</summary>
    public const string RegistryShared = "registry.shared";
    public const string AliasSet = "alias.set";
    public const string AliasDeleted = "alias.deleted";
    public const string PolicySet = "policy.set";
    public const string PolicyDeleted = "policy.deleted";

    /// <summary>The subject is the webhook; before and after {name, target, host, status, events}, never a secret or a whole address.</summary>
    public const string WebhookCreated = "webhook.created";
    public const string WebhookUpdated = "webhook.updated";
    public const string WebhookDeleted = "webhook.deleted";

    /// <summary>after {name, previousUntil}.</summary>
    public const string WebhookSecretRotated = "webhook.secret_rotated";

    public const string VersionCreated = "version.created";
    public const string VersionReady = "version.ready";
    public const string VersionFailed = "version.failed";
    public const string VersionDescribed = "version.described";
    public const string VersionDeleted = "version.deleted";
    public const string VersionTagSet = "version.tag_set";
    public const string VersionTagDeleted = "version.tag_deleted";

    /// <summary>before {stage}; after {stage, comment, systemComment, overrideReason, isRollback}.</summary>
    public const string VersionMoved = "version.moved";
    public const string RequestOpened = "request.opened";
    public const string RequestEndorsed = "request.endorsed";
    public const string RequestApproved = "request.approved";
    public const string RequestRejected = "request.rejected";
    public const string RequestCancelled = "request.cancelled";
    public const string CommentCreated = "comment.created";
    public const string CommentUpdated = "comment.updated";
    public const string CommentDeleted = "comment.deleted";
    public const string CheckReported = "check.reported";

    /// <summary>MlHub gave a receiver up; the subject is the webhook, after {name, status, reason, owner}.</summary>
    public const string WebhookDisabled = "webhook.disabled";

    /// <summary>The subject is the webhook; after {name, deliveries}.</summary>
    public const string WebhookRedelivered = "webhook.redelivered";

    /// <summary>The subject is the webhook; after {name, event, status}.</summary>
    public const string WebhookTested = "webhook.tested";

    public const string ServingEnabled = "serving.enabled";
    public const string ServingDisabled = "serving.disabled";

    /// <summary>A served version could not be loaded, or its process ended unasked; after {state, reason}.</summary>
    public const string ServingFailed = "serving.failed";

    /// <summary>It answers again; after {state}.</summary>
    public const string ServingRecovered = "serving.recovered";

    /// <summary>A version was given a share of an endpoint's requests, or another share; before {percent, …}; after {endpoint, kind, percent, mostErrorPercent, mostMilliseconds, leastRequests, overrideReason}.</summary>
    public const string TrafficSet = "serving.traffic_set";

    /// <summary>after {id, endpoint, kind, percent, reason}.</summary>
    public const string TrafficEnded = "serving.traffic_ended";

    /// <summary>MlHub took a canary back; after {id, endpoint, kind, percent, reason}.</summary>
    public const string CanaryRolledBack = "serving.canary_rolled_back";

    /// <summary>An administrator allowed the hub to run the Python code in a model's files, or took that back.</summary>
    public const string ServingPythonTrusted = "serving.python_trusted";
    public const string ServingPythonDistrusted = "serving.python_distrusted";

    /// <summary>How the model's processes are run; before and after {replicas, batchRows, ...}, null where the hub's own holds.</summary>
    public const string ServingSettled = "serving.settled";

    /// <summary>A version that was given up is tried again; before {state, reason}.</summary>
    public const string ServingRetried = "serving.retried";

    /// <summary>Which requests to a model are kept; before and after {share, days, redactedColumns}.</summary>
    public const string CaptureSet = "capture.set";

    /// <summary>Kept requests of a model were removed by somebody; after {requests}.</summary>
    public const string CaptureDeleted = "capture.deleted";

    /// <summary>The subject is the target; after {name, kind, host}.</summary>
    public const string DeploymentTargetCreated = "deployment_target.created";
    public const string DeploymentTargetDeleted = "deployment_target.deleted";

    /// <summary>Somebody wants the model on a target; after {target, version}, the version as it was named.</summary>
    public const string DeploymentRequested = "deployment.requested";
    public const string DeploymentRemovalRequested = "deployment.removal_requested";

    /// <summary>A version is on the target now; after {target, selector, version, reason, owner}, the reason being a remark and the owner whoever asked for it.</summary>
    public const string DeploymentDone = "deployment.done";

    /// <summary>It was tried for the last time; after {target, selector, version, isRemoval, reason, owner}, the version being the one that is still there.</summary>
    public const string DeploymentFailed = "deployment.failed";
    public const string DeploymentRemoved = "deployment.removed";

    /// <summary>The subject is the model; after {job, endpoint, source}, of an address without its query.</summary>
    public const string BatchCreated = "batch.created";

    /// <summary>after {job, state, rows, refused, reason, owner}.</summary>
    public const string BatchFinished = "batch.finished";
    public const string BatchFailed = "batch.failed";
    public const string BatchStopped = "batch.stopped";

    /// <summary>before {job, state}.</summary>
    public const string BatchDeleted = "batch.deleted";

    /// <summary>after {schedule, name, cron, paused, endpoint, source}.</summary>
    public const string BatchScheduleSet = "batch.schedule_set";
    public const string BatchScheduleDeleted = "batch.schedule_deleted";

    /// <summary>Every kind, in alphabetical order.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. typeof(EventKinds).GetFields().Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!).Order(StringComparer.Ordinal)];

    /// <summary>Whether what was verified before the event may no longer hold.</summary>
    public static bool ChangesCredentials(string kind) =>
        kind == TokenRevoked || (kind.StartsWith("user.", StringComparison.Ordinal) && kind is not (UserSignedIn or UserCreated or UserMailChanged));
}
