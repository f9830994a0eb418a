using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MlHub.Artifacts;
using MlHub.Onnx;
using MlHub.Scoring.Signatures;

namespace MlHub.Explanations;

/// <summary>Reads logged explanations, samples and models from the blob store, never more of them than the limits say.</summary>
public sealed class ExplanationReader(CheckedBlobs blobs, KeptExplanations kept)
{
    private const int MostDescriptions = 5, MostSamplesTried = 5;

    private static readonly RowLimits Rows = new(Limits.ExplainedRows, Limits.ExplainedValues, Limits.ExplanationBytes);

    /// <summary>What was logged, with names and, where a file with as many rows is found, the features' own values.</summary>
    /// <param name="sample">The file that somebody chose for the features' values.</param>
    /// <exception cref="InvalidDataException">It cannot be read; the words say why.</exception>
    internal async Task<Explanation> ReadLoggedAsync(ExplanationFiles files, ExplanationFile logged, ExplanationFile? sample, CancellationToken cancel)
    {
        var baseFile = files.At(logged.Folder + ExplanationFiles.BaseValues, logged.IsOfRun);
        List<ExplanationFile> descriptions = [.. files.ModelFiles.Take(MostDescriptions)], samples = sample is null ? [.. SamplesFor(files, logged)] : [sample];
        // All that the result is made of: equal values may lie beside other samples, which are others' to see.
        var key = KeyOf(logged.Digest, baseFile?.Digest ?? "", [.. descriptions.Concat(samples).SelectMany(f => new[] { f.Path, f.Digest })]);
        if (kept.FindOrNull(key) is { } before)
        {
            return before;
        }

        var known = await KnownNamesAsync(descriptions, samples, cancel);
        var bases = baseFile is null ? null : NpyArray.Read(await BytesAsync(baseFile, Limits.SampleBytes, cancel), Limits.ExplainedValues);
        await using var content = await blobs.OpenAsync(logged.Digest, $"'{logged.Path}'", cancel);
        var read = await ShapArrays.ReadAsync(content, bases, count => known.FirstOrDefault(n => n.Count == count), Rows, cancel);
        return kept.Keep(key, await WithInputsAsync(read, samples, sample, cancel));
    }

    /// <exception cref="InvalidDataException">It is too large or no sample.</exception>
    internal async Task<SampleTable> SampleAsync(ExplanationFile file, CancellationToken cancel) => SampleTable.Read(file.Path, await BytesAsync(file, Limits.SampleBytes, cancel));

    /// <exception cref="InvalidDataException">It is too large or no ONNX model.</exception>
    internal async Task<OnnxFile> ModelAsync(ExplanationFile file, CancellationToken cancel)
    {
        await using var content = await blobs.OpenAsync(file.Digest, $"'{file.Path}'", cancel);
        return file.Size > Limits.ExplainedModelBytes
            ? throw new InvalidDataException($"The model is larger than {Limits.ExplainedModelBytes / 1024 / 1024} MiB.")
            : OnnxReader.Read(content, Limits.ExplainedModelBytes, withWeights: true);
    }

    /// <summary>The mean |SHAP| of each feature, as a file of JSON has it; null where there is none.</summary>
    internal async Task<IReadOnlyDictionary<string, double>?> SummaryOrNullAsync(ExplanationFiles files, CancellationToken cancel)
    {
        try
        {
            return files.SummaryOrNull is { } file ? JsonSerializer.Deserialize<Dictionary<string, double>>(await BytesAsync(file, Limits.ArtifactPreviewBytes, cancel)) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or HubException { Error: HubError.DataLoss })
        {
            return null;
        }
    }

    /// <summary>The names of a model's inputs, where its signature has named columns.</summary>
    internal async Task<IReadOnlyList<string>?> SignatureOrNullAsync(ExplanationFile description, CancellationToken cancel)
    {
        if (description.Size > Limits.ArtifactPreviewBytes || ModelFile.ReadOrNull(Encoding.UTF8.GetString(await BytesAsync(description, Limits.ArtifactPreviewBytes, cancel))) is not { } model)
        {
            return null;
        }

        var inputs = model.Signature.Where(p => p.Part == SignaturePart.Inputs).SelectMany(p => p.Fields).ToList();
        return inputs.Count == 0 || inputs.Exists(f => f.Type is TensorType || f.Name.StartsWith('#')) ? null : [.. inputs.Select(f => f.Name)];
    }

    /// <summary>What an explanation is kept under: the digests of what it is made of, and the names in it.</summary>
    internal static string KeyOf(string one, string other, IReadOnlyList<string> names) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', [one, other, .. names.Select(n => $"{n.Length}:{n}")]))));

    /// <summary>Names from signatures, then from samples.</summary>
    private async Task<List<IReadOnlyList<string>>> KnownNamesAsync(List<ExplanationFile> descriptions, List<ExplanationFile> samples, CancellationToken cancel)
    {
        List<IReadOnlyList<string>> names = [];
        foreach (var description in descriptions)
        {
            if (await SignatureOrNullAsync(description, cancel) is { } signature)
            {
                names.Add(signature);
            }
        }

        foreach (var file in samples)
        {
            if (await TableOrNullAsync(file, cancel) is { Columns: { } columns })
            {
                names.Add(columns);
            }
        }

        return names;
    }

    private static IEnumerable<ExplanationFile> SamplesFor(ExplanationFiles files, ExplanationFile logged) =>
        files.Samples.OrderByDescending(f => f.Folder == logged.Folder && f.IsOfRun == logged.IsOfRun)
            .Where(f => f.Folder == logged.Folder || f.Name == ExplanationFiles.InputExample || f.Name.StartsWith(ExplanationFiles.SamplePrefix, StringComparison.Ordinal)).Take(MostSamplesTried);

    private async Task<Explanation> WithInputsAsync(Explanation read, List<ExplanationFile> samples, ExplanationFile? chosen, CancellationToken cancel)
    {
        foreach (var file in samples)
        {
            if (await TableOrNullAsync(file, cancel) is { } table && table.Rows.Count == read.AllRows && table.SelectOrNull(read.Features) is { } selected)
            {
                return read with { Inputs = [.. read.Rows.Select(r => selected.Rows[r])] };
            }
        }

        return read with
        {
            WhyNoInputs = chosen is null
                ? $"No sample of {read.AllRows} rows with these {read.Features.Count} features lies beside the values, and the input example is none."
                : $"'{chosen.Path}' is no sample of {read.AllRows} rows with these {read.Features.Count} features.",
        };
    }

    private async Task<SampleTable?> TableOrNullAsync(ExplanationFile file, CancellationToken cancel)
    {
        try
        {
            return await SampleAsync(file, cancel);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private async Task<byte[]> BytesAsync(ExplanationFile file, int most, CancellationToken cancel)
    {
        if (file.Size > most)
        {
            throw new InvalidDataException($"'{file.Name}' is larger than {most / 1024 / 1024} MiB.");
        }

        await using var content = await blobs.OpenAsync(file.Digest, $"'{file.Path}'", cancel);
        var bytes = new byte[content.Length];
        await content.ReadExactlyAsync(bytes, cancel);
        return bytes;
    }
}
