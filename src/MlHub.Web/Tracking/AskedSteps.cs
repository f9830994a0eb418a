using MlHub.Tracking.Metrics;

namespace MlHub.Web.Tracking;

/// <summary>The steps between <c>start_step</c> and <c>end_step</c>, as MLflow's interval call has them: both or none.</summary>
internal static class AskedSteps
{
    /// <exception cref="HubException">Invalid where one is missing or they are the wrong way round.</exception>
    public static StepRange? OrNull(long? start, long? end) => (start, end) switch
    {
        (null, null) => null,
        ({ } first, { } last) when first <= last => new(first, last),
        ({ } first, { } last) => throw HubException.Invalid($"end_step must be greater than start_step. Found start_step={first} and end_step={last}."),
        _ => throw HubException.Invalid("If either start step or end step are specified, both must be specified."),
    };
}
