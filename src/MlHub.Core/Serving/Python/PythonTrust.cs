using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Registry;
using MlHub.Scoring.Python;

namespace MlHub.Serving.Python;

/// <summary>Whether a model's Python code may be run here.</summary>
/// <param name="TrustedAt">When an administrator allowed it; null where nobody did.</param>
/// <param name="TrustedBy">Who; null where nobody did, or the account is gone.</param>
/// <param name="Python">The path of this hub's Python; null where it has none.</param>
/// <param name="Modules">What is installed there; null where it does not run.</param>
/// <param name="Objection">Why it serves no model; null where it does.</param>
public sealed record PythonTrustReport(DateTimeOffset? TrustedAt, string? TrustedBy, string? Python, PythonModules? Modules, string? Objection);

/// <summary>The models whose files may be loaded though that runs their authors' code. Administrators decide, for each model; every decision is in the audit log.</summary>
public sealed class PythonTrust
{
    private readonly HubDbFactory _hub;
    private readonly TimeProvider _clock;
    private readonly PythonRuntime _python;
    private readonly ServingSettings _settings;

    internal PythonTrust(HubDbFactory hub, TimeProvider clock, PythonRuntime python, ServingSettings settings) => (_hub, _clock, _python, _settings) = (hub, clock, python, settings);

    /// <summary>For whoever manages the model.</summary>
    public async Task<PythonTrustReport> GetAsync(Caller caller, string name, CancellationToken cancel)
    {
        ModelServing? row;
        string? by;
        await using (var db = _hub.Open())
        {
            var model = await db.ModelAsync(caller, name, RegistryPermission.Manage, cancel);
            row = await db.ModelServing.AsNoTracking().FirstOrDefaultAsync(s => s.ModelId == model.Id, cancel);
            by = row?.PythonTrustedBy is { } user ? await db.Users.Where(u => u.Id == user).Select(u => u.UserName).FirstOrDefaultAsync(cancel) : null;
        }

        var findings = await _python.FindAsync();
        return new(row?.PythonTrustedAt, by, _settings.Python, findings?.Modules, findings?.Objection);
    }

    /// <summary>From now on the model's versions, those to come too, are loaded by Python; or no more, which ends their processes.</summary>
    /// <exception cref="HubException">PermissionDenied for anybody but administrators.</exception>
    public Task SetAsync(Caller caller, string name, bool trusted, CancellationToken cancel)
    {
        caller.RequireAdmin();
        return _hub.WriteAsync(
            async db =>
            {
                var model = await db.ModelAsync(caller, name, RegistryPermission.Manage, cancel);
                var row = await db.ModelServing.FindAsync([model.Id], cancel);
                if (row?.PythonTrustedAt is not null == trusted)
                {
                    return;
                }

                if (row is null)
                {
                    row = new() { ModelId = model.Id };
                    db.Add(row);
                }

                var now = _clock.GetUtcNow();
                row.PythonTrustedAt = trusted ? now : null;
                row.PythonTrustedBy = trusted ? caller.Id : null;
                db.Record(caller, now, trusted ? EventKinds.ServingPythonTrusted : EventKinds.ServingPythonDistrusted, model, before: new { trusted = !trusted }, after: new { trusted });
            },
            cancel);
    }
}
