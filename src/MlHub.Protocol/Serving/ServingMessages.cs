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
