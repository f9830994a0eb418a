namespace MlHub.Protocol.Serving;

// MlHub's own calls: mlhub/batch/*.

/// <summary>Either a file or folder among the artifacts of a run or logged model (without a run_id, among the caller's own files), or an address.</summary>
public sealed record BatchSourceMessage(string? RunId, string? Path, string? Url);

/// <summary>The endpoint is a stage, an alias with an @ before it, or a version's number; version is another name for it. Formats are csv and jsonl.</summary>
public sealed record CreateBatchRequest(string? Name, string? Endpoint, string? Version, BatchSourceMessage? Source, string? Format, string? OutputFormat, bool? KeepInputs);

public sealed record BatchJobRequest(string? JobId);

public sealed record BatchJobsRequest(string? Name);

public sealed record BatchJobResponse(BatchJobMessage Job);

public sealed record BatchJobsResponse(List<BatchJobMessage> Jobs);

/// <summary>The state is WAITING, RUNNING, DONE, FAILED or STOPPED. Version and digest are settled when the job begins. Times are milliseconds since 1970.</summary>
public sealed record BatchJobMessage(
    string JobId, string Name, string Endpoint, string? Version, string? Digest, BatchSourceMessage Source, string? Format, string OutputFormat, bool KeepInputs, string State, string? Reason,
    long Rows, long RefusedRows, long BytesRead, long? BytesInAll, long OutputBytes, string? CreatedBy, long CreatedAt, long? StartedAt, long? FinishedAt, string? ScheduleId);

/// <summary>Where an output came from.</summary>
public sealed record BatchManifestResponse(BatchJobMessage Job, List<BatchFileMessage> Files, string OutputDigest, string Server);

/// <summary>A file that was read: of an artifact its SHA-256, of an address its ETag or time of change.</summary>
public sealed record BatchFileMessage(string Name, string Format, string? Digest, long? Bytes, string? Tag);

public sealed record CreateBatchScheduleRequest(
    string? Name, string? ScheduleName, string? Cron, string? Endpoint, string? Version, BatchSourceMessage? Source, string? Format, string? OutputFormat, bool? KeepInputs);

public sealed record BatchScheduleRequest(string? ScheduleId);

public sealed record BatchScheduleResponse(BatchScheduleMessage Schedule);

public sealed record BatchSchedulesResponse(List<BatchScheduleMessage> Schedules);

/// <summary>The cron expression is Quartz', in UTC; next_times are milliseconds since 1970.</summary>
public sealed record BatchScheduleMessage(
    string ScheduleId, string Name, string ScheduleName, string Cron, bool Paused, List<long> NextTimes, string Endpoint, BatchSourceMessage Source, string? Format, string OutputFormat, bool KeepInputs,
    string? CreatedBy, long CreatedAt);
