namespace MlHub.DataVersions.Delta;

/// <summary>Reads the actions out of a checkpoint's file in Parquet.</summary>
public interface ICheckpointFormat
{
    /// <exception cref="InvalidDataException">It is no checkpoint, or has more than <paramref name="most"/> actions.</exception>
    Task<IReadOnlyList<DeltaAction>> ReadAsync(byte[] file, int most, CancellationToken cancel);
}
