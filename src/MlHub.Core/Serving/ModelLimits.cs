namespace MlHub.Serving;

/// <summary>What is settled for the processes of one model; where a value is null, the hub's own holds.</summary>
/// <param name="Replicas">Processes that share a version's requests.</param>
/// <param name="BatchRows">Rows of several requests that are computed together at most; 1 is no batching.</param>
/// <param name="BatchDelayMilliseconds">How long a request waits for others to be computed with.</param>
/// <param name="IdleMinutes">A version that nobody asks for so long gives its processes back; 0 is never.</param>
/// <param name="MemoryMegabytes">What a process may take beyond its own.</param>
/// <param name="RequestSeconds">How long a request may take.</param>
public sealed record ModelLimits(
    int? Replicas = null, int? BatchRows = null, int? BatchDelayMilliseconds = null, int? IdleMinutes = null, int? MemoryMegabytes = null, int? RequestSeconds = null)
{
    /// <summary>Whoever manages a model has no right to more of the machine than this.</summary>
    public const int MostReplicas = 8, MostBatchRows = 1024, MostBatchDelayMilliseconds = 1000, MostIdleMinutes = 525_600, LeastMemoryMegabytes = 64, MostRequestSeconds = 600;

    public static readonly ModelLimits None = new();

    internal static ModelLimits Of(ModelServing? serving) => serving is null
        ? None
        : new(serving.Replicas, serving.BatchRows, serving.BatchDelayMilliseconds, serving.IdleMinutes, serving.MemoryMegabytes, serving.RequestSeconds);

    internal void PutInto(ModelServing serving) =>
        (serving.Replicas, serving.BatchRows, serving.BatchDelayMilliseconds, serving.IdleMinutes, serving.MemoryMegabytes, serving.RequestSeconds) =
        (Replicas, BatchRows, BatchDelayMilliseconds, IdleMinutes, MemoryMegabytes, RequestSeconds);
}
