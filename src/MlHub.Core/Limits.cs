namespace MlHub;

/// <summary>Every number that bounds what a caller may send. Lengths are in UTF-16 characters unless named otherwise.</summary>
public static class Limits
{
    public const int ExperimentName = 500;
    public const int ExperimentTagValue = 5000;
    public const int ArtifactLocation = 256;
    public const int RunId = 64;
    public const int RunName = 250;
    public const int UserName = 256;
    public const int UserAgent = 256;
    public const int Key = 250;
    public const int TrashPage = 50;
    public const int RetentionShown = 100;
    public const int PurgedPerCall = 1000;
    public const int MovedRuns = 1000;
    public const int ComparedRuns = 1000;
    public const int FileComparedRuns = 20;
    public const int ComparedFiles = 5000;
    public const int DiffLines = 5000;
    public const int CurvePoints = 1000;
    public const int CurvePointsMax = 10_000;
    public const int CurvePointsInAll = 200_000;
    public const int ExplainedFeatures = 10_000;
    public const int ExplainedOutputs = 1000;

    /// <summary>Of more rows, as many at even distances are read, explained and drawn.</summary>
    public const int ExplainedRows = 500;
    public const int ExplainedValues = 2_000_000;
    public const long ExplanationBytes = 64L * 1024 * 1024;
    public const int ExplanationFiles = 1000;
    public const int SampleBytes = 16 * 1024 * 1024;
    public const int SampleValues = 4_000_000;
    public const int ExplainedModelBytes = 32 * 1024 * 1024;
    public const int BackgroundRows = 100;
    public const int LeastBackgroundRows = 10;

    /// <summary>Visits of a tree's nodes, or multiplications of a graph, that one explanation may take: minutes on one core.</summary>
    public const long ExplanationWork = 20_000_000_000;

    /// <summary>How long the explanation of one answer may take.</summary>
    public static readonly TimeSpan RequestExplanation = TimeSpan.FromSeconds(10);

    /// <summary>Of samples, and as many of requests.</summary>
    public const int QueuedExplanations = 20;
    public const int QueuedExplanationsPerUser = 3;

    /// <summary>Numbers of all explanations that are kept in memory, 8 bytes each.</summary>
    public const long KeptExplanationValues = 8_000_000;
    public const int ChildrenShown = 200;
    public const int TableRows = 200;
    public const int TableColumns = 300;
    public const int PinnedRuns = 5;
    public const int PinnedColumns = 3;
    public const int TableGroups = 500;
    public const int SelectedRuns = 1000;
    public const int GroupedRuns = 1_000_000;
    public const int SavedViewKind = 50;
    public const int SavedViewName = 100;
    public const int SavedViewState = 16_000;
    public const int SavedViewsPerOwner = 100;
    public const int CopiedRuns = 100;
    public const int CopiedPoints = 2_000_000;
    public const int FoldersShown = 1000;
    public const int IdempotencyKey = 255;
    public const int ParamValue = 6000;
    public const int TagValue = 8000;
    public const int DatasetName = 500;
    public const int DatasetDigest = 36;
    public const int DatasetSourceType = 100;
    public const int DatasetSource = 65_535;
    public const int DatasetSchema = 1_048_575;
    public const int DatasetProfile = 16_777_215;
    public const int InputTagKey = 255;
    public const int InputTagValue = 500;

    public const int LineageBreadth = 25;
    public const int ReproductionsShown = 50;
    public const int DeltaReadings = 4;
    public const int DeltaLogFiles = 100_000;
    public const int DeltaCommitBytes = 16 * 1024 * 1024;
    public const int DeltaCheckpointBytes = 64 * 1024 * 1024;
    public const int DeltaCommitsRead = 500;
    public const int DeltaCommitsTold = 500;
    public const int DeltaTableFiles = 50_000;
    public const int DeltaFilesChecked = 5000;

    public const int LoggedModelId = 64;
    public const int LoggedModelName = 500;
    public const int LoggedModelType = 500;
    public const int LoggedModelStatusMessage = 1000;
    public const int LoggedModelMetricsRead = 1000;
    public const int LoggedModelRegistrationsRead = 500;
    public const int SearchLoggedModelsDefault = 50;
    public const int SearchLoggedModelsMax = 1000;
    public const int SearchDatasets = 50;

    public const int ModelName = 256;
    public const int Alias = 255;
    public const int RegistryTagValue = 100_000;
    public const int Description = 100_000;
    public const int VersionSource = 500;
    public const int FilesPerVersion = 10_000;
    public const int SearchModelsDefault = 100;
    public const int SearchModelsMax = 1000;
    public const int SearchVersionsDefault = 10_000;
    public const int SearchVersionsMax = 200_000;
    public const int GroupName = 100;
    public const int Groups = 1000;
    public const int MembersPerGroup = 10_000;
    public const int GrantsPerObject = 1000;
    public const int Comment = 65_535;
    public const int CheckName = 100;
    public const int CheckSummary = 500;
    public const int CheckDetails = 65_535;
    public const int CheckLink = 2000;
    public const int ChecksPerVersion = 100;
    public const int OpenRequestsPerVersion = 100;
    public const int OverrideReason = 2000;
    public const int PolicyApprovals = 20;
    public const int PolicyEntries = 50;
    public const int FreezeReason = 500;
    public const int AwaitingShown = 200;
    public const int TimelinePage = 100;
    public const int TimelinePageMax = 1000;
    public const int NotificationText = 500;
    public const int MailSubject = 150;
    public const int LinesPerMail = 1000;
    public const int InboxPage = 200;
    public const int AuditPage = 50;

    public const int MetricsPerBatch = 1000;
    public const int ParamsPerBatch = 100;
    public const int TagsPerBatch = 100;
    public const int EntitiesPerBatch = 1000;

    public const int SearchRunsDefault = 1000;
    public const int SearchRunsMax = 50_000;
    public const int SearchExperimentsDefault = 1000;
    public const int SearchExperimentsMax = 50_000;
    public const int HistoryPageMax = 25_000;
    public const int RunsPerBulkHistory = 100;
    public const int SampledStepsMax = 2500;
    public const int ExperimentsPerDatasetSearch = 20;
    public const int ExperimentsPerSearch = 50_000;
    public const int DatasetSummaries = 1000;
    public const int RequestLineBytes = 32_768;
    public const int FilterLength = 10_000;
    public const int FilterDepth = 32;

    /// <summary>Each comparison is a look-up for every row.</summary>
    public const int FilterComparisons = 200;

    /// <summary>How many texts all IN lists of a filter may hold: SQL Server takes about two thousand parameters.</summary>
    public const int FilterValues = 1000;
    public const int OrderTerms = 16;
    public const int LikePattern = 256;
    public const int LikeWildcards = 8;

    /// <summary>What a refusal says at most, however much of the request it repeats.</summary>
    public const int Refusal = 2000;

    public const int ServedVersionsShown = 50;
    public const int ServingReason = 2000;
    public const int ServingSelector = 256;
    public const int ServingName = 120;
    public const int TrafficRulesPerModel = 20;
    public const int TrafficRulesShown = 20;
    public const int CaptureDays = 365;
    public const int CapturedBytes = 64 * 1024;
    public const int CapturedPerModel = 10_000;
    public const int CapturedPage = 200;
    public const int RedactedColumns = 200;
    public const int DriftRows = 5000;
    public const int DriftLiveRows = 10_000;
    public const long DriftLiveBytes = 32L * 1024 * 1024;
    public const int RedactedColumnName = 250;
    public const int TargetKey = 4000;

    /// <summary>What a row of a batch output says at most of why it was refused.</summary>
    public const int BatchRowError = 500;
    public const int BatchFiles = 10_000;

    /// <summary>What is shown of a source before a job is begun, and of an output after it.</summary>
    public const int BatchHeadRows = 10;
    public const int BatchHeadColumns = 60;
    public const int BatchHeadCell = 200;
    public const int BatchHeadBytes = 1_048_576;
    public const int BatchHeadRefused = 20;
    public const int ServedModelsListed = 500;

    /// <summary>Of one model, waiting and running.</summary>
    public const int BatchJobsOpen = 100;
    public const int BatchJobsShown = 100;
    public const int BatchJobsKept = 500;
    public const int BatchSchedulesPerModel = 20;

    public const int JsonDepth = 64;
    public const int JsonBodyBytes = 24_000_000;

    public const int ArtifactPath = 400;
    public const int ArtifactSegmentBytes = 255;
    public const int ArtifactPreviewBytes = 1_048_576;

    /// <summary>The longest address of the proxied store: folder, ids and path.</summary>
    public const int ProxiedPath = 512;

    /// <summary>A file that is read whole is checked against its digest up to this size before a byte is sent.</summary>
    public const long CheckedReadBytes = 64L * 1024 * 1024;
    public const int FormUploadBytes = 10 * 1024 * 1024;
    public const int FormFieldBytes = 1_048_576;
    public const int PartsPerUpload = 10_000;
    public const long PartBytes = 5L * 1024 * 1024 * 1024;
    public const int OpenUploadsPerUser = 1000;
    public const int SignedLink = 2048;
    public const int DamagedShown = 500;

    public const int PasswordMinimum = 12;
    public const int PasswordMaximum = 256;
    public const int PasskeyName = 100;
    public const int PasskeyAnswer = 65_536;
    public const int PasskeysPerUser = 20;
    public const int TokenName = 100;
    public const int TokensPerUser = 50;
    public const int ModelsPerToken = 100;
    public const int SessionsPerUser = 50;
    public const int WrongCredentialsPerMinute = 30;
    public const int DeniedAttemptsPerMinute = 60;
    public const int OpenPagesPerUser = 50;
    public const int WebhookName = 256;
    public const int WebhookUrl = 2048;
    public const int WebhookReason = 500;
    public const int WebhooksPerModel = 100;
    public const int WebhookTemplate = 16_000;
    public const int WebhookSecret = 256;
    public const int WebhookAuthorization = 4096;
    public const int WebhookChoice = 200;
    public const int WebhooksPage = 1000;
    public const int WebhookOverlapHours = 168;
    public const int WebhookCertificates = 32_000;
    public const int WebhookPayload = 20 * 1024;
    public const int DeliveryError = 500;
    public const int DeliveriesPage = 200;
    public const int DeliveriesKept = 100_000;
    public const int AttemptsShown = 100;
    public const int WebhookCallsPerMinute = 30;
}
