using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Repeats;
using MlHub.Tracking;

namespace MlHub.Registry;

/// <summary>What people and clients can do with the versions of registered models; moving them between stages is a matter of its own.</summary>
public sealed class ModelVersions(HubDbFactory hub, TimeProvider clock)
{
    /// <summary>Registers the next version. Files of MlHub's own are frozen as they are now.</summary>
    /// <param name="caller">Who registers it.</param>
    /// <param name="wanted">What the client says of it.</param>
    /// <param name="cancel">Ends the attempt.</param>
    /// <param name="repeat">By what a repetition is known; it gets the version that was made first.</param>
    /// <exception cref="HubException">NotFound for a source that the caller may not read, Invalid for what can be no source.</exception>
    public async Task<VersionDetails> CreateAsync(Caller caller, NewVersion wanted, CancellationToken cancel, Repeat? repeat = null)
    {
        wanted.Check();
        var source = VersionSource.Parse(wanted.Source);
        return await hub.WriteAsync(
            async db =>
            {
                var found = await db.FoundModelAsync(caller, wanted.Model, RegistryPermission.Edit, cancel);
                var now = clock.GetUtcNow();
                if (repeat is not null && await repeat.FirstOrNullAsync(db, now, cancel) is { } first)
                {
                    var key = new VersionKey(found.Model.Name, int.Parse(first, CultureInfo.InvariantCulture));
                    return await RegistryReader.VersionAsync(db, await db.VersionAsync(caller, key, RegistryPermission.Read, cancel), cancel);
                }

                var origin = await VersionOrigin.FindAsync(db, caller, source, wanted.RunId, wanted.LoggedModelId, cancel);
                var isEmpty = origin.Files is { Count: 0 };
                var version = NextOf(found.Model, caller, now, wanted with { RunId = origin.RunId, Source = origin.Address ?? wanted.Source }, origin);
                version.Status = isEmpty ? VersionStatus.FailedRegistration : VersionStatus.Ready;
                version.StatusMessage = isEmpty ? "There were no files at the source. Log the model first, then register it again." : "";
                version.Digest = origin.Files is { Count: > 0 } files ? VersionOrigin.DigestOf(files) : null;
                repeat?.Remember(db, version.Number.ToString(CultureInfo.InvariantCulture), now);
                return await AddAsync(db, caller, found, version, origin.Files ?? [], cancel);
            },
            cancel);
    }

    /// <summary>Begins a version whose files are uploaded next; <see cref="VersionUploads"/> takes them.</summary>
    public Task<VersionDetails> BeginUploadAsync(
        Caller caller, string name, string? description, IReadOnlyList<KeyValuePair<string, string>> tags, CancellationToken cancel)
    {
        var wanted = new NewVersion(name, "", null, null, null, description, tags);
        wanted.Check();
        return hub.WriteAsync(
            async db =>
            {
                var found = await db.FoundModelAsync(caller, name, RegistryPermission.Edit, cancel);
                var source = ArtifactLocation.OfVersion(found.Model.PublicId, found.Model.LastVersion + 1);
                var version = NextOf(found.Model, caller, clock.GetUtcNow(), wanted with { Source = source }, new(null, null, null, null, null));
                version.Status = VersionStatus.PendingRegistration;
                return await AddAsync(db, caller, found, version, [], cancel);
            },
            cancel);
    }

    public async Task<VersionDetails> GetAsync(Caller caller, VersionKey key, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var found = await db.VersionAsync(caller, key, RegistryPermission.Read, cancel);
        return await RegistryReader.VersionAsync(db, found, cancel);
    }

    /// <summary>All versions of the model, newest first.</summary>
    public async Task<List<VersionDetails>> ListAsync(Caller caller, string model, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var found = await db.FoundModelAsync(caller, model, RegistryPermission.Read, cancel);
        var ids = await db.ModelVersions.Where(v => v.ModelId == found.Model.Id).OrderByDescending(v => v.Number).Select(v => v.Id).ToListAsync(cancel);
        return await RegistryReader.VersionsAsync(db, ModelReach.Of(found), ids, cancel);
    }

    /// <summary>The newest version of each of these stages; of every stage where none is named.</summary>
    public async Task<List<VersionDetails>> LatestAsync(Caller caller, string model, IReadOnlyList<Stage> stages, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var found = await db.FoundModelAsync(caller, model, RegistryPermission.Read, cancel);
        return [.. (await RegistryReader.ModelAsync(db, found, cancel)).LatestVersions.Where(v => stages.Count == 0 || stages.Contains(v.Version.Stage))];
    }

    public Task DescribeAsync(Caller caller, VersionKey key, string text, CancellationToken cancel)
    {
        RegistryRules.CheckDescription(text);
        return ChangeAsync(
            caller, key, RegistryPermission.Edit,
            (db, found, now) =>
            {
                var version = found.Version;
                if (version.Description != text)
                {
                    db.Record(caller, now, EventKinds.VersionDescribed, found.Model, version.Number, before: new { version.Description }, after: new { description = text });
                    (version.Description, version.UpdatedAt) = (text, now);
                }

                return Task.CompletedTask;
            },
            cancel);
    }

    /// <summary>Deletes the version and the aliases that point at it; its number is never given again.</summary>
    public Task DeleteAsync(Caller caller, VersionKey key, CancellationToken cancel) =>
        ChangeAsync(
            caller, key, RegistryPermission.Manage,
            async (db, found, now) =>
            {
                var (model, version) = (found.Model, found.Version);
                if (version.Stage.IsLive())
                {
                    throw HubException.Invalid($"Model '{LogRules.Shown(model.Name)}' version {version.Number} is in {version.Stage} and cannot be deleted. Move it to None or Archived first.");
                }

                await Pointers.RequireNoneAsync(
                    db, caller, db.ModelVersions.Where(v => v.SourceVersionId == version.Id), $"Model '{LogRules.Shown(model.Name)}' version {version.Number} cannot be deleted", cancel);
                var aliases = await db.ModelAliases.Where(a => a.ModelId == model.Id && a.Version == version.Number).ToListAsync(cancel);
                db.RemoveRange(aliases);
                foreach (var alias in aliases)
                {
                    db.Record(caller, now, EventKinds.AliasDeleted, model, version.Number, before: new { alias.Alias, alias.Version });
                }

                db.Remove(version);
                model.UpdatedAt = now;
                db.Record(
                    caller, now, EventKinds.VersionDeleted, model, version.Number,
                    before: new { stage = version.Stage.ToString(), version.Source, version.RunId, version.Digest });
            },
            cancel);

    public Task SetTagAsync(Caller caller, VersionKey key, string tagKey, string value, CancellationToken cancel)
    {
        RegistryRules.CheckTag(tagKey, value);
        return ChangeAsync(
            caller, key, RegistryPermission.Edit,
            async (db, found, now) =>
            {
                var tag = await db.ModelVersionTags.FindAsync([found.Version.Id, tagKey], cancel);
                if (tag?.Value == value)
                {
                    return;
                }

                db.Record(
                    caller, now, EventKinds.VersionTagSet, found.Model, found.Version.Number,
                    before: tag is null ? null : new { key = tagKey, tag.Value }, after: new { key = tagKey, value });
                if (tag is null)
                {
                    db.Add(new ModelVersionTag { VersionId = found.Version.Id, Key = tagKey, Value = value });
                }
                else
                {
                    tag.Value = value;
                }
            },
            cancel);
    }

    /// <summary>Deleting what is not there is harmless, as in MLflow.</summary>
    public Task DeleteTagAsync(Caller caller, VersionKey key, string tagKey, CancellationToken cancel) =>
        ChangeAsync(
            caller, key, RegistryPermission.Edit,
            async (db, found, now) =>
            {
                if (await db.ModelVersionTags.FindAsync([found.Version.Id, tagKey], cancel) is { } tag)
                {
                    db.Remove(tag);
                    db.Record(caller, now, EventKinds.VersionTagDeleted, found.Model, found.Version.Number, before: new { key = tagKey, tag.Value });
                }
            },
            cancel);

    /// <summary>Where a client loads the version from: MlHub's frozen files, or the address that it was registered with.</summary>
    public async Task<string> DownloadUriAsync(Caller caller, VersionKey key, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var found = await db.VersionAsync(caller, key, RegistryPermission.Read, cancel);
        return found.Version switch
        {
            { Digest: not null } => ArtifactLocation.OfVersion(found.Model.PublicId, found.Version.Number),
            { SourceVersionId: { } original } => await db.ModelVersions.Where(v => v.Id == original).Select(v => v.Source).SingleAsync(cancel),
            _ => found.Version.Source,
        };
    }

    private static ModelVersion NextOf(RegisteredModel model, Caller caller, DateTimeOffset now, NewVersion wanted, VersionOrigin origin) => new()
    {
        ModelId = model.Id,
        Number = ++model.LastVersion,
        CreatedBy = caller.Name,
        CreatedAt = now,
        UpdatedAt = now,
        Source = wanted.Source,
        Description = wanted.Description ?? "",
        RunId = wanted.RunId,
        RunLink = string.IsNullOrEmpty(wanted.RunLink) ? null : wanted.RunLink,
        LoggedModelId = origin.Model?.ModelId ?? (string.IsNullOrEmpty(wanted.LoggedModelId) ? null : wanted.LoggedModelId),
        LoggedModelKey = origin.Model?.Key,
        SourceRunKey = origin.RunKey,
        SourcePath = origin.Path,
        SourceVersionId = origin.VersionId,
        Tags = [.. wanted.Tags.GroupBy(t => t.Key).Select(g => new ModelVersionTag { Key = g.Key, Value = g.Last().Value })],
    };

    private static async Task<VersionDetails> AddAsync(
        HubDb db, Caller caller, FoundModel found, ModelVersion version, IReadOnlyList<SourceFile> files, CancellationToken cancel)
    {
        found.Model.UpdatedAt = version.CreatedAt;
        db.Add(version);
        await db.SaveChangesAsync(cancel);
        db.AddRange(files.Select(f => new ModelVersionFile { VersionId = version.Id, Path = f.Path, Digest = f.Digest, Size = f.Size }));
        db.Record(
            caller, version.CreatedAt, EventKinds.VersionCreated, found.Model, version.Number,
            after: new
            {
                version.Source,
                version.RunId,
                status = version.Status.ToWire(),
                version.Description,
                tags = version.Tags.ToDictionary(t => t.Key, t => t.Value),
                stage = version.Stage.ToString(),
            });
        return new(found.Model, version, [], found.Permission);
    }

    private Task ChangeAsync(
        Caller caller, VersionKey key, RegistryPermission needed, Func<HubDb, FoundVersion, DateTimeOffset, Task> change, CancellationToken cancel) =>
        hub.WriteAsync(async db => await change(db, await db.VersionAsync(caller, key, needed, cancel), clock.GetUtcNow()), cancel);
}
