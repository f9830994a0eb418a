using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Registry;
using MlHub.Tracking;

namespace MlHub.Serving.Batch;

/// <summary>A job runs as who made it: what they may is asked anew whenever it begins or goes on.</summary>
internal sealed class BatchRights(HubDbFactory hub)
{
    /// <exception cref="BatchFailedException">The account is gone or disabled.</exception>
    public async Task<Caller> CreatorAsync(Guid id, CancellationToken cancel)
    {
        // Where nobody signs in there is one person, who may do all.
        if (id == Guid.Empty)
        {
            return Caller.Local;
        }

        await using var db = hub.Open();
        return await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == id, cancel) switch
        {
            null => throw new BatchFailedException("The account of who made the job is gone."),
            { IsDisabled: true } user => throw new BatchFailedException($"The account of {user.UserName}, who made the job, is disabled."),
            var user => user.AsCaller(),
        };
    }

    public async Task<string> ModelNameAsync(long modelId, CancellationToken cancel)
    {
        await using var db = hub.Open();
        return await db.RegisteredModels.Where(m => m.Id == modelId).Select(m => m.Name).FirstAsync(cancel);
    }

    /// <summary>The version that is meant now, and the digest of its files.</summary>
    /// <param name="caller">Whoever asks for it.</param>
    /// <param name="name">The model's name.</param>
    /// <param name="selector">A number, a stage, or an alias with an @ before it.</param>
    /// <param name="settled">The number where it was settled before.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="HubException">NotFound where there is none, or the caller may not read the model.</exception>
    public async Task<(int Version, string? Digest)> VersionAsync(Caller caller, string name, string selector, int? settled, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var model = await db.ModelAsync(caller, name, RegistryPermission.Read, cancel);
        var versions = db.ModelVersions.AsNoTracking().Where(v => v.ModelId == model.Id && v.Status == VersionStatus.Ready);
        if ((settled ?? NumberOrNull(selector)) is { } number)
        {
            versions = versions.Where(v => v.Number == number);
        }
        else if (selector.StartsWith('@'))
        {
            versions = versions.Where(v => db.ModelAliases.Any(a => a.ModelId == model.Id && a.Alias == selector.Substring(1) && a.Version == v.Number));
        }
        else
        {
            var stage = Stages.ParseOrNull(selector) is { } known and not Stage.Archived ? known : throw NoVersion(name, selector);
            versions = versions.Where(v => v.Stage == stage);
        }

        return await versions.OrderByDescending(v => v.Number).Select(v => new { v.Number, v.Digest }).FirstOrDefaultAsync(cancel) is { } found
            ? (found.Number, found.Digest)
            : throw NoVersion(name, selector);
    }

    private static int? NumberOrNull(string selector) => int.TryParse(selector, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static HubException NoVersion(string name, string selector) =>
        HubException.NotFound($"Model '{LogRules.Shown(name)}' has no version {LogRules.Shown(selector)} that could be asked.");
}
