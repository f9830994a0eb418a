namespace MlHub.Serving.Drift;

/// <summary>How what a version is asked and answers compares with what it was trained on.</summary>
/// <param name="ModelId">The model.</param>
/// <param name="Version">The version's number.</param>
/// <param name="From">Requests that came from then on count.</param>
/// <param name="Sample">The file of training data; null where there is none.</param>
/// <param name="SampleRows">How many of its rows were compared.</param>
/// <param name="Requests">How many kept requests count; of very many only the newest.</param>
/// <param name="Rows">How many rows they asked for.</param>
/// <param name="Features">The columns that both have, the most drifted first.</param>
/// <param name="Predictions">The outputs, as the version answers the sample and as it answered callers.</param>
/// <param name="Why">Why there are no features; null where there are.</param>
/// <param name="WhyNoPredictions">Why there are no predictions; null where there are.</param>
public sealed record DriftReport(
    long ModelId, int Version, DateTimeOffset From, string? Sample, int SampleRows, int Requests, int Rows, IReadOnlyList<ColumnDrift> Features, IReadOnlyList<ColumnDrift> Predictions,
    string? Why, string? WhyNoPredictions);
