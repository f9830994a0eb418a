using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MlHub.Events;
using MlHub.Live;
using MlHub.Operations;
using MlHub.Scoring.Signatures;

namespace MlHub.Serving.Capture;

/// <summary>Stores sampled requests, many in one transaction, without what is redacted at that moment.</summary>
internal sealed class CaptureWorker : BackgroundService
{
    private const int AtOnce = 200, BetweenTrims = 1000;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(300), Patience = TimeSpan.FromSeconds(20);

    private readonly HubDbFactory _hub;
    private readonly CallCapture _capture;
    private readonly CaptureRules _rules;
    private readonly CaptureTally _tally;
    private readonly CaptureUpkeep _upkeep;
    private readonly ServableVersions _versions;
    private readonly LiveFeed _feed;
    private readonly TimeProvider _clock;
    private readonly ILogger<CaptureWorker> _logger;
    private readonly Dictionary<long, int> _sinceTrim = [];
    private volatile bool _isStale = true;

    public CaptureWorker(
        HubDbFactory hub, CallCapture capture, CaptureRules rules, CaptureTally tally, CaptureUpkeep upkeep, ServableVersions versions, EventSignal signal, LiveFeed feed, TimeProvider clock,
        ILogger<CaptureWorker> logger)
    {
        (_hub, _capture, _rules, _tally, _upkeep, _versions, _feed, _clock, _logger) = (hub, capture, rules, tally, upkeep, versions, feed, clock, logger);
        signal.Happened += (kind, _) => _isStale |= kind == EventKinds.CaptureSet;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var refreshed = _clock.GetTimestamp();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (_isStale || _clock.GetElapsedTime(refreshed) > Patience)
                {
                    _isStale = false;
                    refreshed = _clock.GetTimestamp();
                    await _rules.RefreshAsync(stoppingToken);
                }

                await StoreAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                _logger.LogRetry(_hub, e, "Requests to models could not be kept");
            }

            await Task.Delay(Pace, stoppingToken);
        }
    }

    private async Task StoreAsync(CancellationToken cancel)
    {
        List<SampledCall> sampled = [];
        while (sampled.Count < AtOnce && _capture.Sampled.TryRead(out var call))
        {
            sampled.Add(call);
        }

        foreach (var model in sampled.GroupBy(s => s.Call.Target.ModelId))
        {
            var kept = await StoreAsync(model.Key, [.. model], cancel);
            _tally.Add(model.Key, kept: kept, unclear: model.Count() - kept);
            _feed.Announce(Topics.Captured(model.Key));
            if ((_sinceTrim[model.Key] = _sinceTrim.GetValueOrDefault(model.Key) + kept) >= BetweenTrims)
            {
                _sinceTrim[model.Key] = 0;
                await _upkeep.TrimAsync(model.Key, Limits.CapturedPerModel, cancel);
            }
        }
    }

    /// <summary>How many were stored. What was made under other settings than those of the moment is not.</summary>
    private async Task<int> StoreAsync(long modelId, List<SampledCall> sampled, CancellationToken cancel)
    {
        CaptureSettings settings;
        await using (var db = _hub.Open())
        {
            settings = CaptureSettings.Of(await db.ModelServing.AsNoTracking().FirstOrDefaultAsync(s => s.ModelId == modelId, cancel));
        }

        List<CapturedRequest> made = [];
        foreach (var call in sampled)
        {
            var signature = (await _versions.ReadAsync(call.Call.Target.VersionId, cancel)).Model?.Signature ?? [];
            if (MadeOrNull(call, new(settings.RedactedColumns, Fields(signature, SignaturePart.Inputs), Fields(signature, SignaturePart.Outputs))) is { } request)
            {
                made.Add(request);
            }
        }

        return made.Count == 0 ? 0 : await _hub.WriteAsync(
            async db =>
            {
                var now = CaptureSettings.Of(await db.ModelServing.AsNoTracking().FirstOrDefaultAsync(s => s.ModelId == modelId, cancel));
                if (now.Share <= 0 || !now.RedactedColumns.SequenceEqual(settings.RedactedColumns))
                {
                    return 0;
                }

                var versions = await db.ModelVersions.Where(v => v.ModelId == modelId).Select(v => v.Id).ToListAsync(cancel);
                List<CapturedRequest> present = [.. made.Where(m => versions.Contains(m.VersionId)).Select(m => m.Copy())];
                db.AddRange(present);
                return present.Count;
            },
            cancel);
    }

    private static CapturedRequest? MadeOrNull(SampledCall sampled, Redaction redaction)
    {
        var call = sampled.Call;
        // What a model refuses may be anything, and the refusal repeats it.
        if (!redaction.IsEmpty && call.Status != 200 || KeptRequest.OrNull(call.Form, call.Body, redaction) is not { Length: <= Limits.CapturedBytes } request)
        {
            return null;
        }

        var answer = KeptAnswer.Of(call.Answer, redaction);
        return answer.Length > Limits.CapturedBytes ? null : new()
        {
            VersionId = call.Target.VersionId,
            At = sampled.At,
            Selector = call.Target.Selector,
            Request = request,
            Status = call.Status,
            Answer = answer,
            Milliseconds = call.Elapsed.TotalMilliseconds,
        };
    }

    private static List<SignatureField> Fields(IReadOnlyList<(SignaturePart Part, IReadOnlyList<SignatureField> Fields)> signature, SignaturePart part) =>
        [.. signature.Where(p => p.Part == part).SelectMany(p => p.Fields)];
}
