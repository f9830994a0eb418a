using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Registry;
using MlHub.Tracking;

namespace MlHub.Explanations;

/// <summary>Whose model is explained: that of a run, or a registered version.</summary>
public sealed record ExplainedSubject(string? RunId, VersionKey? Version)
{
    public static ExplainedSubject OfRun(string runId) => new(runId, null);

    public static ExplainedSubject OfVersion(VersionKey version) => new(null, version);
}

/// <summary>A file that explains, or can be explained.</summary>
/// <param name="IsOfRun">Whether it is an artifact of the run, not a file of the version.</param>
internal sealed record ExplanationFile(string Path, string Digest, long Size, bool IsOfRun)
{
    /// <summary>With a slash at its end; empty for the root.</summary>
    public string Folder => Path[..(Path.LastIndexOf('/') + 1)];

    public string Name => Path[(Path.LastIndexOf('/') + 1)..];
}

/// <summary>The files of a run, or of a version and its run, that have to do with explanations, in order of path; a version's own come first.</summary>
internal sealed record ExplanationFiles(IReadOnlyList<ExplanationFile> All)
{
    public const string ShapValues = "shap_values.npy", BaseValues = "base_values.npy", InputExample = "input_example.json", SamplePrefix = "explanations_sample.";

    private const string ModelFileName = "MLmodel", Picture = "summary_bar_plot.png", Summary = "shap_summary.json";

    /// <summary>What <c>mlflow.shap</c> logged, by the array of values.</summary>
    public IEnumerable<ExplanationFile> Logged => All.Where(f => f.Name == ShapValues);

    public IEnumerable<ExplanationFile> Models => All.Where(f => f.Name.EndsWith(".onnx", StringComparison.Ordinal));

    public IEnumerable<ExplanationFile> ModelFiles => All.Where(f => f.Name == ModelFileName);

    /// <summary>A file with the mean |SHAP| of each feature by name.</summary>
    public ExplanationFile? SummaryOrNull => All.FirstOrDefault(f => f.Name == Summary);

    /// <summary>What may hold rows to ask a model about; those that are named for it come first, then input examples.</summary>
    public IEnumerable<ExplanationFile> Samples => All.Where(f => SampleTable.CanBe(f.Path) && f.Name is not (ShapValues or BaseValues or Summary or "serving_input_example.json"))
        .OrderByDescending(f => f.Name.StartsWith(SamplePrefix, StringComparison.Ordinal)).ThenByDescending(f => f.Name == InputExample);

    public ExplanationFile? PictureOrNull(ExplanationFile logged) => At(logged.Folder + Picture, logged.IsOfRun);

    public ExplanationFile? At(string path, bool isOfRun) => All.FirstOrDefault(f => f.Path == path && f.IsOfRun == isOfRun);

    /// <exception cref="HubException">NotFound where the subject is absent or unreadable.</exception>
    public static async Task<ExplanationFiles> FindAsync(HubDb db, Caller caller, ExplainedSubject subject, CancellationToken cancel)
    {
        if (subject.Version is { } key)
        {
            return await OfVersionAsync(db, (await db.VersionAsync(caller, key, RegistryPermission.Read, cancel)).Version, cancel);
        }

        var run = await db.RunAsync(caller, subject.RunId ?? "", Permission.Read, cancel);
        return new(await OfRunAsync(db, run.Key, isBeside: false, cancel));
    }

    /// <summary>What a version's run logged belongs to the version, as in comparisons.</summary>
    public static async Task<ExplanationFiles> OfVersionAsync(HubDb db, ModelVersion version, CancellationToken cancel)
    {
        var own = await db.ModelVersionFiles.AsNoTracking().Where(f => f.VersionId == version.Id && (
                f.Path.EndsWith(".npy") || f.Path.EndsWith(".onnx") || f.Path.EndsWith(".json") || f.Path.EndsWith(".csv") || f.Path.EndsWith(".tsv") || f.Path.EndsWith("_sample.parquet") || f.Path.EndsWith(ModelFileName) || f.Path.EndsWith(Picture)))
            .OrderBy(f => f.Path).Take(Limits.ExplanationFiles).Select(f => new ExplanationFile(f.Path, f.Digest, f.Size, false)).ToListAsync(cancel);
        var key = await db.RunKeyOrNullAsync(version, cancel);
        // The files that the version was made of lie in the run as well.
        var digests = own.Select(f => f.Digest).ToHashSet();
        return new(key is { } run ? [.. own, .. (await OfRunAsync(db, run, isBeside: true, cancel)).Where(f => !digests.Contains(f.Digest))] : own);
    }

    /// <summary>Beside a version's own files, the models of its run are no matter.</summary>
    private static Task<List<ExplanationFile>> OfRunAsync(HubDb db, long runKey, bool isBeside, CancellationToken cancel) =>
        db.ArtifactFiles.AsNoTracking().Where(f => f.RunKey == runKey && (
                f.Path.EndsWith(".npy") || f.Path.EndsWith(".json") || f.Path.EndsWith(".csv") || f.Path.EndsWith(".tsv") || f.Path.EndsWith("_sample.parquet") || f.Path.EndsWith(Picture)
                || !isBeside && (f.Path.EndsWith(".onnx") || f.Path.EndsWith(ModelFileName))))
            .OrderBy(f => f.Path).Take(Limits.ExplanationFiles).Select(f => new ExplanationFile(f.Path, f.Digest, f.Size, isBeside)).ToListAsync(cancel);
}
