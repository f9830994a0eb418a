using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Registry;
using MlHub.Reviews;
using MlHub.Scoring.Signatures;
using MlHub.Serving.Capture;

namespace MlHub.Serving.Duels;

/// <summary>
/// Shadow duels: kept requests replayed against a version before it is approved, and against the one that it would replace. How one went is a check, which whoever
/// may read the model may read; the rows that were asked are shown to those who may read what is kept, and go when that goes.
/// </summary>
public sealed class Duels
{
    private readonly HubDbFactory _hub;
    private readonly ServableVersions _versions;
    private readonly TimeProvider _clock;

    internal Duels(HubDbFactory hub, ServableVersions versions, TimeProvider clock) => (_hub, _versions, _clock) = (hub, versions, clock);

    /// <summary>Asks for a duel, or for another one. It is fought in the background.</summary>
    public Task<Check> StartAsync(Caller caller, VersionKey key, DuelOrder order, CancellationToken cancel)
    {
        order.Check();
        return _hub.WriteAsync(
            async db =>
            {
                var found = await db.VersionAsync(caller, key, RegistryPermission.Edit, cancel);
                found.RequireReady();
                if (order.Against is { } number && (number == key.Number || !await db.ModelVersions.AnyAsync(v => v.ModelId == found.Model.Id && v.Number == number, cancel)))
                {
                    throw HubException.NotFound($"Model Version (name={Tracking.LogRules.Shown(key.Model)}, version={number}) not found, or not another one.");
                }

                var now = _clock.GetUtcNow();
                var check = await db.OrderDuelAsync(found.Version, order, now, cancel);
                db.Record(caller, now, EventKinds.CheckReported, found.Model, key.Number, after: new { check.Name, state = check.State.ToString(), summary = "" });
                return check;
            },
            cancel);
    }

    /// <summary>How the version's last duel went, and what another one would find.</summary>
    public async Task<DuelView> GetAsync(Caller caller, VersionKey key, CancellationToken cancel)
    {
        await using var db = _hub.Open();
        var found = await db.VersionAsync(caller, key, RegistryPermission.Read, cancel);
        var check = await db.Checks.AsNoTracking().FirstOrDefaultAsync(c => c.VersionId == found.Version.Id && c.Name == BuiltInChecks.Duel, cancel);
        var report = check is null ? null : DuelReport.ReadOrNull(check.Details);
        var target = await db.TargetOfAsync(found.Version, cancel);
        var present = await db.InStageAsync(found.Version, target, cancel);
        var kept = present is null ? 0 : await db.CapturedRequests.Where(c => c.VersionId == present.Id && c.Status == 200).Take(DuelOrder.MostRequests).CountAsync(cancel);
        var rows = found.Permission >= RegistryPermission.Manage && report?.Result is { } result ? await RowsAsync(db, found, result, cancel) : null;
        return new(found.Permission, check, report, target, present?.Number, kept, rows);
    }

    /// <summary>The rows of the disagreements, those that are still kept.</summary>
    private async Task<IReadOnlyDictionary<(long Captured, int Row), IReadOnlyList<KeyValuePair<string, string>>>> RowsAsync(HubDb db, FoundVersion found, DuelResult result, CancellationToken cancel)
    {
        var ids = result.Disagreements.Select(d => d.Captured).ToHashSet();
        Dictionary<(long, int), IReadOnlyList<KeyValuePair<string, string>>> rows = [];
        foreach (var captured in await db.CapturedOf(found.Model.Id).AsNoTracking().Where(c => ids.Contains(c.Id)).ToListAsync(cancel))
        {
            using var document = JsonDocument.Parse(captured.Request);
            var inputs = ((await _versions.ReadAsync(captured.VersionId, cancel)).Model?.Signature ?? []).Where(p => p.Part == SignaturePart.Inputs).SelectMany(p => p.Fields).ToList();
            var table = RequestTable.OrNull(document.RootElement, inputs);
            foreach (var d in result.Disagreements.Where(d => d.Captured == captured.Id && d.Row < (table?.Rows.Count ?? 0)))
            {
                rows[(d.Captured, d.Row)] = [.. table!.Columns.Zip(table.Rows[d.Row], (name, cell) => KeyValuePair.Create(name, cell.ValueKind switch { JsonValueKind.Undefined => "", JsonValueKind.Null => "null", _ => cell.ToString() }))];
            }
        }

        return rows;
    }
}

/// <summary>A version's last duel, and what another one would find.</summary>
/// <param name="Permission">Of whoever asks.</param>
/// <param name="Check">As it stands among the checks; null where there was none.</param>
/// <param name="Report">What was asked for and how it went; null where there was none.</param>
/// <param name="Target">The stage that the version waits for, else Production.</param>
/// <param name="Present">The number of the version there; null where it is empty.</param>
/// <param name="Kept">How many requests to that version could be replayed, counted up to the most that are.</param>
/// <param name="Rows">What was asked where the answers differ; null for those who may not read it.</param>
public sealed record DuelView(
    RegistryPermission Permission, Check? Check, DuelReport? Report, Stage Target, int? Present, int Kept,
    IReadOnlyDictionary<(long Captured, int Row), IReadOnlyList<KeyValuePair<string, string>>>? Rows);
