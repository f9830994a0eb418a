using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MlHub.Access;
using MlHub.Artifacts;
using MlHub.Compare;
using MlHub.Events;
using MlHub.Registry;

namespace MlHub.Reviews;

/// <summary>
/// Runs MlHub's own checks but the duels, which take long. What is to be done is in the table, as rows that are pending, so nothing is lost with the process.
/// </summary>
public sealed class BuiltInCheckWorker(
    HubDbFactory hub, VersionFiles files, IBlobStore blobs, EventSignal signal, TimeProvider clock, ILogger<BuiltInCheckWorker> logger)
    : SignalledWorker(hub, signal.Listen(), TimeSpan.FromSeconds(2), "Could not run checks", logger)
{
    private readonly PendingChecks _pending = new(hub, c => c.Name != BuiltInChecks.Duel, clock, logger);

    protected override Task WorkAsync(CancellationToken cancel) => _pending.AnswerAsync((db, model, version, check, stop) => OutcomeAsync(db, model, version, check.Name, stop), cancel);

    private async Task<CheckOutcome> OutcomeAsync(HubDb db, RegisteredModel model, ModelVersion version, string check, CancellationToken cancel)
    {
        var key = new VersionKey(model.Name, version.Number);
        try
        {
            return check switch
            {
                BuiltInChecks.Signature => CheckOutcome.OfSignature((await VersionContent.ReadAsync(db, blobs, version, cancel)).Model),
                BuiltInChecks.Integrity => await IntegrityAsync(key, cancel),
                BuiltInChecks.Schema or BuiltInChecks.Metrics => await ComparisonAsync(db, version, check, cancel),
                _ => CheckOutcome.Failed("MlHub has no such check"),
            };
        }
        catch (Exception e) when (e is not (OperationCanceledException or HubException { Error: HubError.Unavailable }))
        {
            logger.LogError(e, "Check {Check} of {Version} failed to run.", check, key);
            return CheckOutcome.Failed("MlHub could not run this check; its log says why");
        }
    }

    private async Task<CheckOutcome> ComparisonAsync(HubDb db, ModelVersion version, string check, CancellationToken cancel)
    {
        var target = await db.TargetOfAsync(version, cancel);
        if (await BaselineOrNullAsync(db, version, target, cancel) is not { } baseline)
        {
            return CheckOutcome.Passed($"No version is in {target} to compare with");
        }

        var content = await VersionContent.ReadAsync(db, blobs, version, cancel);
        var name = $"version {baseline.Version.Number} in {target}";
        var policy = await db.PolicyOrNullAsync(version.ModelId, target, cancel) ?? new();
        return check == BuiltInChecks.Schema
            ? CheckOutcome.OfSchema(SchemaRules.Compare(baseline.Model, content.Model).Under(policy), name)
            : CheckOutcome.OfMetrics(VersionComparisons.Metrics(content.Run, baseline.Run, policy.Metrics, policy.MetricTolerance), name);
    }

    private async Task<CheckOutcome> IntegrityAsync(VersionKey key, CancellationToken cancel)
    {
        var report = await files.VerifyAsync(Caller.System, key, cancel);
        return CheckOutcome.OfFiles(report.Files, report.Damaged);
    }

    private async Task<VersionContent?> BaselineOrNullAsync(HubDb db, ModelVersion version, Stage target, CancellationToken cancel) =>
        await db.InStageAsync(version, target, cancel) is { } baseline ? await VersionContent.ReadAsync(db, blobs, baseline, cancel) : null;
}
