using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MlHub.Access;
using MlHub.Events;
using MlHub.Registry;
using MlHub.Reviews;
using MlHub.Scoring;
using MlHub.Scoring.Signatures;
using MlHub.Serving.Capture;

namespace MlHub.Serving.Duels;

/// <summary>Fights the duels that are asked for, one at a time. Each is a pending check, so nothing is lost with the process: what was under way begins anew.</summary>
internal sealed class DuelWorker(
    HubDbFactory hub, ServedModels served, ServableVersions versions, DuelExplanation explanation, EventSignal signal, TimeProvider clock, ILogger<DuelWorker> logger)
    : SignalledWorker(hub, signal.Listen(), TimeSpan.FromSeconds(2), "Could not replay requests", logger)
{
    private readonly PendingChecks _pending = new(hub, c => c.Name == BuiltInChecks.Duel, clock, logger);
    private readonly TimeProvider _clock = clock;

    protected override Task WorkAsync(CancellationToken cancel) => _pending.AnswerAsync(
        (db, model, version, check, stop) => OutcomeAsync(db, model, version, DuelReport.ReadOrNull(check.Details)?.Order ?? new(null), stop), cancel);

    private async Task<CheckOutcome> OutcomeAsync(HubDb db, RegisteredModel model, ModelVersion version, DuelOrder order, CancellationToken cancel)
    {
        try
        {
            return DuelText.Outcome(new(order, await FightAsync(db, model, version, order, cancel)));
        }
        catch (Exception e) when (e is ScoringException or HubException and not HubException { Error: HubError.Unavailable })
        {
            return CheckOutcome.Failed(e.Message.Split('\n')[0], new DuelReport(order, null).Block);
        }
        catch (Exception e) when (e is not (OperationCanceledException or HubException { Error: HubError.Unavailable }))
        {
            logger.LogError(e, "The duel of {Model} version {Version} could not be fought.", model.Name, version.Number);
            return CheckOutcome.Failed("MlHub could not replay the requests; its log says why", new DuelReport(order, null).Block);
        }
    }

    /// <exception cref="HubException">NotFound where there is nobody or nothing to replay, or the model is not served.</exception>
    /// <exception cref="ScoringException">Either version cannot be loaded.</exception>
    private async Task<DuelResult> FightAsync(HubDb db, RegisteredModel model, ModelVersion version, DuelOrder order, CancellationToken cancel)
    {
        var target = await db.TargetOfAsync(version, cancel);
        var present = order.Against is { } number
            ? await db.ModelVersions.AsNoTracking().FirstOrDefaultAsync(v => v.ModelId == model.Id && v.Number == number && v.Id != version.Id, cancel) ?? throw HubException.NotFound($"There is no version {number} to replay against")
            : await db.InStageAsync(version, target, cancel) ?? throw HubException.NotFound($"No version is in {target} to replay against");
        var requests = await db.CapturedRequests.AsNoTracking().Where(c => c.VersionId == present.Id && c.Status == 200).OrderByDescending(c => c.Id).Take(order.Requests).ToListAsync(cancel);
        if (requests.Count == 0)
        {
            throw HubException.NotFound($"No requests that version {present.Number} answered are kept, so there is nothing to replay");
        }

        var (one, other) = (await served.FindAsync(Caller.System, model.Name, $"{present.Number}", cancel), await served.FindAsync(Caller.System, model.Name, $"{version.Number}", cancel));
        var outputs = (await one.Scorer.DescribeAsync(cancel)).Outputs;
        await other.Scorer.DescribeAsync(cancel);
        var (presentModel, candidateModel) = (await versions.ReadAsync(present.Id, cancel), await versions.ReadAsync(version.Id, cancel));
        var redacted = CaptureSettings.Of(await db.ModelServing.AsNoTracking().FirstOrDefaultAsync(s => s.ModelId == model.Id, cancel)).RedactedColumns;
        var comparison = new DuelComparison(
            order.Tolerance,
            name => outputs.FirstOrDefault(o => o.Name == NameOf(name)) is { } port ? port.Datatype.StartsWith("FP", StringComparison.Ordinal) : null,
            name => !redacted.Contains(NameOf(name), StringComparer.OrdinalIgnoreCase) && !redacted.Contains(name, StringComparer.OrdinalIgnoreCase));
        var result = await new DuelReplay(one.Scorer, other.Scorer, InputsOf(presentModel), InputsOf(candidateModel), _clock).RunAsync(present.Number, requests, comparison, cancel);
        var (disagreements, explained) = await explanation.ExplainAsync(presentModel, candidateModel, result.Disagreements, requests.ToDictionary(r => r.Id, r => JsonElementOf(r.Request)), cancel);
        return result with { Disagreements = disagreements, Explained = explained };
    }

    /// <summary>Without the place or key within the output.</summary>
    private static string NameOf(string value) => value.Split('[', '.')[0];

    private static List<SignatureField> InputsOf(Servable version) =>
        [.. (version.Model?.Signature ?? []).Where(p => p.Part == SignaturePart.Inputs).SelectMany(p => p.Fields)];

    private static JsonElement JsonElementOf(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
