namespace MlHub.Scoring.Workers;

/// <summary>A process that was just started.</summary>
/// <param name="Process">The process.</param>
/// <param name="Example">A request that the model should be able to answer, to warm it up with; null where it has none.</param>
public sealed record StartedWorker(WorkerProcess Process, (RequestForm Form, ReadOnlyMemory<byte> Body)? Example);
