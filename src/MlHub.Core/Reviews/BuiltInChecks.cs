namespace MlHub.Reviews;

/// <summary>The checks that MlHub runs itself.</summary>
public static class BuiltInChecks
{
    public const string Prefix = "mlhub/";
    public const string Schema = "mlhub/schema";
    public const string Metrics = "mlhub/metrics";
    public const string Integrity = "mlhub/integrity";
    public const string Signature = "mlhub/signature";

    public static readonly IReadOnlyList<string> All = [Integrity, Metrics, Schema, Signature];
}
