using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Artifacts;
using MlHub.Explanations;
using MlHub.Registry;
using MlHub.Scoring.Signatures;
using MlHub.Serving.Capture;

namespace MlHub.Serving.Drift;

/// <summary>Compares kept requests of a time with the sample that a version carries. For those who manage the model, since bins show what callers sent.</summary>
public sealed class Drifts
{
    private const int AtOnce = 200;

    private readonly HubDbFactory _hub;
    private readonly ServableVersions _versions;
    private readonly CheckedBlobs _blobs;
    private readonly SampleAnswers _answers;
    private readonly IParquetFormat _parquet;
    private readonly TimeProvider _clock;

    internal Drifts(HubDbFactory hub, ServableVersions versions, CheckedBlobs blobs, SampleAnswers answers, IParquetFormat parquet, TimeProvider clock) =>
        (_hub, _versions, _blobs, _answers, _parquet, _clock) = (hub, versions, blobs, answers, parquet, clock);

    /// <param name="hours">How far back requests count.</param>
    public async Task<DriftReport> GetAsync(Caller caller, VersionKey key, int hours, CancellationToken cancel)
    {
        if (hours is < 1 or > 24 * Limits.CaptureDays)
        {
            throw HubException.Invalid($"Invalid value for parameter 'hours' supplied: it must be from 1 to {24 * Limits.CaptureDays}.");
        }

        await using var db = _hub.Open();
        var found = await db.VersionAsync(caller, key, RegistryPermission.Manage, cancel);
        var from = _clock.GetUtcNow().AddHours(-hours);
        var inputs = ((await _versions.ReadAsync(found.Version.Id, cancel)).Model?.Signature ?? []).Where(p => p.Part == SignaturePart.Inputs).SelectMany(p => p.Fields).ToList();
        var live = await LiveAsync(db, found.Version.Id, from, inputs, cancel);
        var none = new DriftReport(found.Model.Id, key.Number, from, null, 0, live.Requests, live.Rows, [], [], null, null);
        var files = await ExplanationFiles.OfVersionAsync(db, found.Version, cancel);
        if (DriftSample.FileOrNull(files) is not { } file)
        {
            return none with { Why = "The version carries no training sample. Log a file training_sample.csv, .json or .parquet with rows of its training data beside the model.", WhyNoPredictions = "" };
        }

        DriftSample sample;
        try
        {
            sample = await DriftSample.ReadAsync(file, await BytesAsync(file, cancel), inputs, _parquet, cancel);
        }
        catch (InvalidDataException e)
        {
            return none with { Sample = file.Path, Why = $"The training sample '{file.Path}' cannot be read: {e.Message}", WhyNoPredictions = "" };
        }

        none = none with { Sample = file.Path, SampleRows = sample.Rows.Count };
        if (live.Rows == 0)
        {
            return none with { Why = "No requests of that time are kept.", WhyNoPredictions = "" };
        }

        var features = sample.Columns.Index().Where(c => live.Features.ContainsKey(c.Item)).DistinctBy(c => c.Item).Select(c => ColumnDrift.Of(c.Item, [.. sample.Rows.Select(r => r[c.Index])], live.Features[c.Item])).ToList();
        var task = new SampleTask(ExplanationReader.KeyOf(found.Version.Digest ?? "", sample.Digest, [$"{found.Version.Id}"]), found.Model.Id, key.Model, key.Number, OfModel(sample, inputs), inputs);
        var (answers, why) = _answers.Find(task);
        var predictions = answers?.Where(a => live.Outputs.ContainsKey(a.Key)).Select(a => ColumnDrift.Of(a.Key, a.Value, live.Outputs[a.Key])).ToList();
        return none with
        {
            Features = Ordered(features),
            Predictions = Ordered(predictions ?? []),
            Why = features.Count == 0 ? $"The training sample '{file.Path}' and the requests have no column in common." : null,
            WhyNoPredictions = predictions is null ? why : predictions.Count == 0 ? "The kept answers have no output in common with those to the training sample." : null,
        };
    }

    private static List<ColumnDrift> Ordered(List<ColumnDrift> columns) => [.. columns.OrderByDescending(c => c.StabilityIndex ?? -1).ThenBy(c => c.Name, StringComparer.Ordinal)];

    /// <summary>Without the columns that the model does not take, such as the target.</summary>
    private static DriftSample OfModel(DriftSample sample, List<SignatureField> inputs)
    {
        List<int> taken = [.. Enumerable.Range(0, sample.Columns.Count).Where(c => inputs.Count == 0 || inputs.Exists(f => f.Name == sample.Columns[c]))];
        return sample with { Columns = [.. taken.Select(c => sample.Columns[c])], Rows = [.. sample.Rows.Select(r => taken.Select(c => r[c]).ToArray())] };
    }

    /// <summary>Values by column and by output, of the newest requests that the limits allow.</summary>
    private static async Task<LiveValues> LiveAsync(HubDb db, long versionId, DateTimeOffset from, List<SignatureField> inputs, CancellationToken cancel)
    {
        var live = new LiveValues();
        for (var (before, bytes) = (long.MaxValue, 0L); live.Rows < Limits.DriftLiveRows && bytes < Limits.DriftLiveBytes;)
        {
            var page = await db.CapturedRequests.AsNoTracking().Where(c => c.VersionId == versionId && c.Id < before && c.At >= from && c.Status == 200).OrderByDescending(c => c.Id).Take(AtOnce).ToListAsync(cancel);
            foreach (var captured in page)
            {
                live.Add(captured, inputs);
                bytes += captured.Request.Length + captured.Answer.Length;
            }

            if (page.Count < AtOnce)
            {
                break;
            }

            before = page[^1].Id;
        }

        return live;
    }

    private async Task<byte[]> BytesAsync(ExplanationFile file, CancellationToken cancel)
    {
        if (file.Size > Limits.SampleBytes)
        {
            throw new InvalidDataException($"it is larger than {Limits.SampleBytes / 1024 / 1024} MiB.");
        }

        await using var content = await _blobs.OpenAsync(file.Digest, $"'{file.Path}'", cancel);
        var bytes = new byte[content.Length];
        await content.ReadExactlyAsync(bytes, cancel);
        return bytes;
    }

    private sealed class LiveValues
    {
        public Dictionary<string, List<string?>> Features { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, List<string?>> Outputs { get; } = new(StringComparer.Ordinal);

        public int Requests { get; private set; }

        public int Rows { get; private set; }

        public void Add(CapturedRequest captured, List<SignatureField> inputs)
        {
            using JsonDocument request = JsonDocument.Parse(captured.Request), answer = JsonDocument.Parse(captured.Answer);
            Requests++;
            if (RequestTable.OrNull(request.RootElement, inputs) is { } table)
            {
                Rows += table.Rows.Count;
                foreach (var (column, name) in table.Columns.Index())
                {
                    Of(Features, name).AddRange(table.Rows.Select(r => DriftSample.TextOf(r[column])));
                }
            }

            foreach (var (name, value) in AnswerTable.Rows(answer.RootElement).SelectMany(r => r))
            {
                Of(Outputs, name).Add(DriftSample.TextOf(value));
            }
        }

        private static List<string?> Of(Dictionary<string, List<string?>> values, string name) => values.TryGetValue(name, out var known) ? known : values[name] = [];
    }
}
