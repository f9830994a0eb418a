namespace MlHub.Protocol.Explanations;

// MlHub's own calls: mlhub/explanations/*. Whose model: a run's by run_id, or a version's by name and version.

/// <summary>Without a model or a sample, the likeliest of the files; with a path, what was logged in that folder.</summary>
public sealed record ExplanationRequest(string? RunId, string? Name, string? Version, string? Model, string? Sample, string? Path);

/// <summary>
/// The status is NONE, QUEUED, RUNNING, FINISHED, FAILED or CANCELLED; of FINISHED there are outputs. What is done is counted in rows; the reason says why
/// there is nothing.
/// </summary>
public sealed record ExplanationResponse(
    string Status, int Done, int Of, bool CanCancel, string Reason, string Method, int Rows, int AllRows, List<ExplainedOutputMessage> Outputs,
    IReadOnlyList<string> Logged, IReadOnlyList<string> Models, IReadOnlyList<string> Samples);

/// <summary>What the features give to one output, a class or target, counted from the base value; the heaviest first.</summary>
public sealed record ExplainedOutputMessage(string Name, double? BaseValue, List<ExplainedFeatureMessage> Features);

/// <summary>The rank is 1 for the heaviest; the standard error is the mean of those of the rows' values, absent where nothing was sampled.</summary>
public sealed record ExplainedFeatureMessage(string Name, double MeanAbsShap, int Rank, double? StandardError);
