using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Webhooks;

namespace MlHub.Deployments;

/// <summary>What an administrator says of a new target.</summary>
/// <param name="Name">Unique.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Url">Of its management interface; none for this hub.</param>
/// <param name="Key">What it is asked with; sealed at once and never shown again.</param>
/// <param name="Settings">What else its kind wants.</param>
public sealed record NewTarget(string Name, TargetKind Kind, string? Url, string? Key, TargetSettings Settings);

/// <summary>A target, and how many models are on it.</summary>
public sealed record FoundTarget(DeploymentTarget Target, TargetSettings Settings, int Models);

/// <summary>The servers that models can be deployed to. Only administrators name one, as this hub then calls it.</summary>
public sealed class DeploymentTargets(HubDbFactory hub, IOutgoingCalls calls, ISecretBox box, IEnumerable<IDeploymentTarget> kinds, TimeProvider clock)
{
    public async Task<List<FoundTarget>> ListAsync(Caller caller, CancellationToken cancel)
    {
        caller.RequireAdmin();
        await using var db = hub.Open();
        var found = await db.DeploymentTargets.AsNoTracking().OrderBy(t => t.Name)
            .Select(t => new { Target = t, Models = db.Deployments.Count(d => d.TargetId == t.Id && d.State != DeploymentState.Removed) }).ToListAsync(cancel);
        return [.. found.Select(f => new FoundTarget(f.Target, SettingsOf(f.Target), f.Models))];
    }

    /// <exception cref="HubException">Invalid for an address that may not be called; AlreadyExists for a name that is taken.</exception>
    public async Task<DeploymentTarget> CreateAsync(Caller caller, NewTarget wanted, CancellationToken cancel)
    {
        caller.RequireAdmin();
        var (name, url, key) = (wanted.Name.Trim(), wanted.Url?.Trim() ?? "", wanted.Key?.Trim() ?? "");
        if (name.Length is 0 or > Limits.ServingName || name.Any(char.IsControl))
        {
            throw HubException.Invalid($"Invalid value for parameter 'name' supplied: a target needs a name of at most {Limits.ServingName} characters.");
        }

        if (wanted.Settings.Workers is < 1 or > 100)
        {
            throw HubException.Invalid("Invalid value for parameter 'workers' supplied: it must be from 1 to 100.");
        }

        if (key.Length > Limits.TargetKey || key.Any(c => char.IsControl(c) || c > '~'))
        {
            throw HubException.Invalid($"Invalid value for parameter 'key' supplied: it must be at most {Limits.TargetKey} printable characters of ASCII.");
        }

        if (wanted.Kind == TargetKind.Hub)
        {
            (url, key) = url.Length + key.Length == 0 ? ("", "") : throw HubException.Invalid("Invalid value for parameter 'url' supplied: this hub itself has no address and no key.");
        }
        else
        {
            await calls.CheckAsync(url, cancel);
            url = url.Contains('?', StringComparison.Ordinal) ? throw HubException.Invalid("Invalid value for parameter 'url' supplied: it must have no query.") : url.TrimEnd('/');
        }

        return await hub.WriteAsync(
            async db =>
            {
                if (await db.DeploymentTargets.AnyAsync(t => t.Name == name, cancel))
                {
                    throw HubException.AlreadyExists($"There is a deployment target '{name}' already.");
                }

                var target = new DeploymentTarget
                {
                    Name = name,
                    Kind = wanted.Kind,
                    Url = url,
                    SealedKey = key.Length == 0 ? null : Encoding.UTF8.GetBytes(box.Seal(key)),
                    SettingsJson = JsonSerializer.Serialize(wanted.Settings),
                    CreatedBy = caller.Id,
                    CreatedAt = clock.GetUtcNow(),
                };
                db.Add(target);
                db.Record(caller, target.CreatedAt, EventKinds.DeploymentTargetCreated, name, after: new { name, kind = $"{wanted.Kind}", host = url.Length == 0 ? null : new Uri(url).Authority });
                return target;
            },
            cancel);
    }

    /// <summary>What is on it stays there, and this hub forgets of it.</summary>
    public Task DeleteAsync(Caller caller, string name, CancellationToken cancel)
    {
        caller.RequireAdmin();
        return hub.WriteAsync(
            async db =>
            {
                var target = await FindAsync(db, name, cancel);
                db.Remove(target);
                db.Record(caller, clock.GetUtcNow(), EventKinds.DeploymentTargetDeleted, name, before: new { name, kind = $"{target.Kind}" });
            },
            cancel);
    }

    /// <summary>Asks the server whether it is there and lets us in.</summary>
    /// <returns>What is wrong, in a sentence; null where nothing is.</returns>
    public async Task<string?> CheckAsync(Caller caller, string name, CancellationToken cancel)
    {
        caller.RequireAdmin();
        await using var db = hub.Open();
        var target = await FindAsync(db, name, cancel);
        try
        {
            await Of(target.Kind).CheckAsync(Open(target), cancel);
            return null;
        }
        catch (DeploymentException e)
        {
            return e.Message;
        }
    }

    internal IDeploymentTarget Of(TargetKind kind) => kinds.Single(k => k.Kind == kind);

    /// <exception cref="DeploymentException">The key it was sealed with is gone.</exception>
    internal TargetAccess Open(DeploymentTarget target)
    {
        try
        {
            return new(
                target.Url.Length == 0 ? null : new(target.Url + "/"), target.SealedKey is { } key ? box.Open(Encoding.UTF8.GetString(key)) : null, SettingsOf(target));
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            throw new DeploymentException("The target's key cannot be read any more: this hub's own keys are gone. Delete the target and make it again.", isFinal: true);
        }
    }

    internal static async Task<DeploymentTarget> FindAsync(HubDb db, string name, CancellationToken cancel) =>
        await db.DeploymentTargets.FirstOrDefaultAsync(t => t.Name == name, cancel) ?? throw HubException.NotFound($"There is no deployment target '{Tracking.LogRules.Shown(name)}'.");

    private static TargetSettings SettingsOf(DeploymentTarget target) => JsonSerializer.Deserialize<TargetSettings>(target.SettingsJson) ?? new();
}
