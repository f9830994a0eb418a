namespace MlHub.Serving.Batch;

/// <summary>How a source begins, as its maker sees it before a job is begun.</summary>
/// <param name="File">The first file with a row, by its name.</param>
/// <param name="Files">How many files will be read.</param>
/// <param name="Bytes">Of all of them; null where nobody knows.</param>
/// <param name="Columns">As the first line names them.</param>
/// <param name="Unused">Those of them that the model does not take; none where its version has no signature with names.</param>
/// <param name="Rows">The first rows.</param>
/// <param name="Version">The version that would answer now.</param>
/// <param name="Refusal">Why the version cannot be asked with these columns; null where it can.</param>
public sealed record BatchHead(
    string File, int Files, long? Bytes, IReadOnlyList<string> Columns, IReadOnlyList<string> Unused, IReadOnlyList<HeadRow> Rows, int Version, string? Refusal);

/// <summary>A row of a source.</summary>
/// <param name="Cells">Texts in the order of the columns; null is a missing value.</param>
/// <param name="Problem">Why it would be refused before the model is asked; null where it would not.</param>
public sealed record HeadRow(IReadOnlyList<string?> Cells, string? Problem);
