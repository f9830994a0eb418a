using System.Globalization;
using MlHub.Access;
using MlHub.Registry;

namespace MlHub.Explanations;

/// <summary>Explanations of the answers to single requests.</summary>
public sealed partial class Explanations
{
    /// <summary>Asks what each feature gave to a version's answer to a request, of its first row and against the version's sample.</summary>
    /// <param name="request">The request's body, JSON of MLflow's scoring protocol.</param>
    /// <returns>With why not, where the version or the request cannot be explained.</returns>
    /// <exception cref="HubException">NotFound where the version is absent or unreadable; TooManyRequests where too many wait.</exception>
    public async Task<ComputedExplanation> StartOfRequestAsync(Caller caller, VersionKey version, ReadOnlyMemory<byte> request, CancellationToken cancel)
    {
        var (job, why) = await JobAsync(caller, ExplainedSubject.OfVersion(version), new(), cancel);
        if (job is null)
        {
            return new("", null, null, why);
        }

        try
        {
            var asked = SampleTable.Read("request.json", request);
            var row = (job.Names is null ? asked : asked.SelectOrNull(job.Names) ?? throw new InvalidDataException("The request does not name all columns."))!.Rows[0];
            // The digits of a number are enough to tell two rows apart.
            List<string> names = [.. job.Names ?? [], "", .. row.Select(v => v.ToString("R", CultureInfo.InvariantCulture))];
            ExplanationJob ofRow = new(ExplanationReader.KeyOf(job.Model.Digest, job.Sample.Digest, names), job.Model, job.Sample, job.Names, caller) { Row = row };
            worker.Enqueue(ofRow);
            return Seen(caller, ofRow.Key);
        }
        catch (InvalidDataException e)
        {
            return new("", null, null, e.Message);
        }
    }

    /// <summary>How far the explanation of a request is.</summary>
    /// <param name="key">Of <see cref="StartOfRequestAsync"/>.</param>
    public async Task<ComputedExplanation> GetOfRequestAsync(Caller caller, VersionKey version, string key, CancellationToken cancel)
    {
        await FilesAsync(caller, ExplainedSubject.OfVersion(version), cancel);
        return Seen(caller, key);
    }

    /// <summary>Ends it, if the caller began it; else it goes on.</summary>
    public async Task CancelOfRequestAsync(Caller caller, VersionKey version, string key, CancellationToken cancel)
    {
        await FilesAsync(caller, ExplainedSubject.OfVersion(version), cancel);
        if (worker.FindOrNull(key) is { } job && job.MayCancel(caller))
        {
            worker.Cancel(job);
        }
    }
}
