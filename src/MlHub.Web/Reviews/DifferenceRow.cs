using MlHub.Compare;

namespace MlHub.Web.Reviews;

/// <summary>A name and its two values.</summary>
public sealed record DifferenceRow(string Name, string? Baseline, string? Candidate, Difference Kind);
