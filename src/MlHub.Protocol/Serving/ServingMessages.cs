namespace MlHub.Protocol.Serving;

// MlHub's own calls: mlhub/serving/*.

public sealed record ServedModelRequest(string? Name);

/// <summary>Trusted allows this hub to run the Python code in the files of the model's versions; false takes that back.</summary>
public sealed record TrustPythonRequest(string? Name, bool? Trusted);

/// <summary>What this hub needs before it can serve is in missing. Where the model is not served, nothing answers under its names.</summary>
public sealed record ServedModelResponse(string Name, bool Enabled, string? Missing, List<ServedVersionMessage> Versions, List<ServedEndpointMessage> Endpoints)
{
    /// <summary>Whether an administrator allowed the Python code in the model's files to be run.</summary>
    public bool PythonTrusted { get; init; }
}

/// <summary>
/// The state is STOPPED (the next request loads the model), PENDING, READY, FAILING, FAILED or UNSUPPORTED; the reason says why it is one of the last three. Failing
/// ones are tried again at retry_at, in milliseconds since 1970, failed ones once serving/retry is called. What the model answered to its own example is in example_refusal, where it refused it.
/// </summary>
public sealed record ServedVersionMessage(
    string Version, string Stage, List<string>? Aliases, string State, string? Reason, long? RetryAt, int InFlight, string? ExampleRefusal, string Url, List<ServingReplicaMessage> Replicas);

/// <summary>A process that serves the version.</summary>
public sealed record ServingReplicaMessage(string State, string? Reason, int? ProcessId, long MemoryBytes, int Restarts);

/// <summary>A stage, or an alias with an @ before it: where it leads, and which version answers until that one is loaded.</summary>
public sealed record ServedEndpointMessage(string Name, string Version, string? AnsweringVersion, string Url);

/// <summary>The last so many minutes, an hour where none is named.</summary>
public sealed record ServingMeasuresRequest(string? Name, long? Minutes);

/// <summary>In steps of one length, the first of which begins at from; the last one has not ended yet. Of versions only those that were asked.</summary>
public sealed record ServingMeasuresResponse(string Name, long From, long To, int StepSeconds, List<MeasuredVersionMessage> Versions);

/// <summary>A version: what it was asked in the whole time, and in each step.</summary>
public sealed record MeasuredVersionMessage(string Version, MeasuresMessage Whole, List<MeasuresMessage> Steps);

/// <summary>
/// From the timestamp on: how many requests came, how many were answered 4xx (refused) and 5xx (failed), and how long answers took, in milliseconds. Percentiles
/// are off by less than a tenth, and absent where no model answered.
/// </summary>
public sealed record MeasuresMessage(
    long Timestamp, long Requests, long Refused, long Failed, double RequestsPerSecond, double ErrorsPerSecond, double? P50Ms, double? P95Ms, double? P99Ms);

public sealed record WorkerLogRequest(string? Name, string? Version);

/// <summary>The last lines that the version's workers wrote on the node that answers, the oldest first.</summary>
public sealed record WorkerLogResponse(List<WorkerLineMessage> Lines);

/// <summary>The level, PLAIN, WARNING or ERROR, is guessed from the words. Long lines are cut.</summary>
public sealed record WorkerLineMessage(long Seq, long Timestamp, string Level, string Text);
