namespace MlHub.Serving.Drift;

/// <summary>Reads a table in Parquet: values as texts, null where one is missing.</summary>
public interface IParquetFormat
{
    /// <summary>Its columns of plain values; nested ones and those of bytes are left out.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="mostValues">Of all columns together.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="InvalidDataException">It is no such file, or is larger than it may be.</exception>
    Task<(IReadOnlyList<string> Columns, IReadOnlyList<string?[]> Rows)> ReadAsync(byte[] file, int mostValues, CancellationToken cancel);
}
