using MlHub.Access;

namespace MlHub.Explanations;

/// <summary>What of a run or version explains its model, and what MlHub could explain.</summary>
/// <param name="Logged">Folders in which SHAP values were logged.</param>
/// <param name="Models">ONNX files.</param>
/// <param name="Samples">Files that may hold rows, the likeliest first.</param>
public sealed record FoundExplanations(IReadOnlyList<string> Logged, IReadOnlyList<string> Models, IReadOnlyList<string> Samples);

/// <summary>A logged explanation, or why it cannot be shown.</summary>
/// <param name="Picture">The summary picture that lies beside the values.</param>
/// <param name="IsOfRun">Whether it lies among the artifacts of the run, not the files of the version.</param>
public sealed record LoggedExplanation(Explanation? Explanation, string Why, string? Picture, bool IsOfRun);

/// <summary>What is asked to be explained.</summary>
/// <param name="Key">What its progress is announced under.</param>
/// <param name="State">How far it is; null where nobody has asked for it, or it is forgotten.</param>
/// <param name="Explanation">What was found.</param>
/// <param name="Why">Why it cannot even be asked for; empty where it can.</param>
public sealed record ComputedExplanation(string Key, ExplanationState? State, Explanation? Explanation, string Why);

/// <summary>The model file and the sample; the likeliest where none is named.</summary>
public sealed record ExplanationChoice(string? Model = null, string? Sample = null);

/// <summary>
/// Explanations of runs and versions: those that were logged, and those that MlHub computes. Whoever may read the run, or the version's model, may
/// read and ask for them; what was computed for one is shown to all who have the same files.
/// </summary>
public sealed partial class Explanations(HubDbFactory hub, ExplanationReader reader, KeptExplanations kept, ExplanationWorker worker)
{
    public async Task<FoundExplanations> FindAsync(Caller caller, ExplainedSubject subject, CancellationToken cancel)
    {
        var files = await FilesAsync(caller, subject, cancel);
        return new([.. files.Logged.Select(f => f.Folder.TrimEnd('/')).Distinct()], [.. files.Models.Select(f => f.Path)], [.. files.Samples.Select(f => f.Path).Distinct()]);
    }

    /// <param name="folder">One of <see cref="FoundExplanations.Logged"/>.</param>
    /// <param name="sample">A file with the features' values, where another than the likeliest is wanted.</param>
    /// <exception cref="HubException">NotFound where nothing was logged there.</exception>
    public async Task<LoggedExplanation> ReadLoggedAsync(Caller caller, ExplainedSubject subject, string folder, string? sample, CancellationToken cancel)
    {
        var files = await FilesAsync(caller, subject, cancel);
        var logged = files.Logged.FirstOrDefault(f => f.Folder.TrimEnd('/') == folder) ?? throw HubException.NotFound("No such explanation was logged.");
        var picture = files.PictureOrNull(logged)?.Path;
        try
        {
            return new(await reader.ReadLoggedAsync(files, logged, sample is null ? null : Named(files.Samples, sample), cancel), "", picture, logged.IsOfRun);
        }
        catch (InvalidDataException e)
        {
            return new(null, e.Message, picture, logged.IsOfRun);
        }
    }

    /// <summary>How far the explanation is that MlHub computes.</summary>
    public async Task<ComputedExplanation> GetComputedAsync(Caller caller, ExplainedSubject subject, ExplanationChoice choice, CancellationToken cancel)
    {
        var (job, why) = await JobAsync(caller, subject, choice, cancel);
        return job is null ? new("", null, null, why) : Seen(caller, job.Key);
    }

    /// <summary>Asks for it, or joins those who have.</summary>
    /// <exception cref="HubException">NotFound where there is no model or no sample; TooManyRequests where too many wait.</exception>
    public async Task<ComputedExplanation> StartAsync(Caller caller, ExplainedSubject subject, ExplanationChoice choice, CancellationToken cancel)
    {
        var (job, why) = await JobAsync(caller, subject, choice, cancel);
        worker.Enqueue(job ?? throw HubException.NotFound(why));
        return Seen(caller, job.Key);
    }

    /// <summary>Ends it for all who wait. For whoever began it, and administrators.</summary>
    /// <exception cref="HubException">NotFound where none is computed; Denied for others.</exception>
    public async Task<ComputedExplanation> CancelAsync(Caller caller, ExplainedSubject subject, ExplanationChoice choice, CancellationToken cancel)
    {
        var (asked, _) = await JobAsync(caller, subject, choice, cancel);
        var job = asked is null ? null : worker.FindOrNull(asked.Key);
        if (job is not { State.IsOpen: true })
        {
            throw HubException.NotFound("This explanation is not being computed.");
        }

        worker.Cancel(job.MayCancel(caller) ? job : throw HubException.Denied("Permission denied: only who asked for an explanation first, or an administrator, cancels it."));
        return Seen(caller, job.Key);
    }

    private ComputedExplanation Seen(Caller caller, string key)
    {
        var job = worker.FindOrNull(key);
        if (job is { State.Status: not ExplanationStatus.Finished })
        {
            return new(key, job.State with { CanCancel = job.MayCancel(caller) }, null, "");
        }

        // What was finished and then forgotten can be asked for again.
        return kept.FindOrNull(key) is { } explanation
            ? new(key, job?.State ?? new(ExplanationStatus.Finished, explanation.Rows.Count, explanation.Rows.Count, "", false), explanation, "")
            : new(key, null, null, "");
    }

    private async Task<(ExplanationJob? Job, string Why)> JobAsync(Caller caller, ExplainedSubject subject, ExplanationChoice choice, CancellationToken cancel)
    {
        var files = await FilesAsync(caller, subject, cancel);
        if ((choice.Model is null ? files.Models.FirstOrDefault() : Named(files.Models, choice.Model)) is not { } model)
        {
            return (null, "There is no ONNX model among the files.");
        }

        var samples = files.Samples.OrderByDescending(f => f.Name.StartsWith(ExplanationFiles.SamplePrefix, StringComparison.Ordinal)).ThenByDescending(f => f.Folder == model.Folder).ThenByDescending(f => f.Name == ExplanationFiles.InputExample);
        if ((choice.Sample is null ? samples.FirstOrDefault() : Named(files.Samples, choice.Sample)) is not { } sample)
        {
            return (null, "There is no sample among the files: an input example, or a .csv, .json or .npy file with rows to explain.");
        }

        var description = files.At(model.Folder + "MLmodel", model.IsOfRun);
        var names = description is null ? null : await reader.SignatureOrNullAsync(description, cancel);
        return (new(ExplanationReader.KeyOf(model.Digest, sample.Digest, names ?? []), model, sample, names, caller), "");
    }

    private static ExplanationFile Named(IEnumerable<ExplanationFile> files, string path) =>
        files.FirstOrDefault(f => f.Path == path) ?? throw HubException.NotFound("There is no such file that could be read for it.");

    private async Task<ExplanationFiles> FilesAsync(Caller caller, ExplainedSubject subject, CancellationToken cancel)
    {
        await using var db = hub.Open();
        return await ExplanationFiles.FindAsync(db, caller, subject, cancel);
    }
}
