namespace MlHub.Scoring;

/// <summary>A request that a model cannot answer, as MLflow's scoring server tells its caller: a status and a code of its protocol.</summary>
public sealed class ScoringException(int status, string code, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    /// <summary>When it is worth trying again; null where it is not, or nobody knows.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>For requests of a wrong form.</summary>
    public static ScoringException BadRequest(string message) => new(400, "BAD_REQUEST", message);

    /// <summary>For a model that cannot answer now.</summary>
    public static ScoringException Unavailable(string message, TimeSpan retryAfter) => new(503, "TEMPORARILY_UNAVAILABLE", message) { RetryAfter = retryAfter };

    /// <summary>For values that do not fit the model.</summary>
    public static ScoringException Invalid(string message) => new(400, "INVALID_PARAMETER_VALUE", message);
}
