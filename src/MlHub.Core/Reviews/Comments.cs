using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Registry;
using MlHub.Tracking;

namespace MlHub.Reviews;

/// <summary>A comment and what its viewer may do with it. A reply whose thread is gone stands by itself: it has no <paramref name="ParentId"/>.</summary>
public sealed record CommentDetails(Comment Comment, string? ParentId, bool CanEdit, bool CanDelete);

/// <summary>What people write about versions.</summary>
public sealed class Comments(HubDbFactory hub, TimeProvider clock)
{
    /// <summary>A reply to a reply joins its thread.</summary>
    public Task<Comment> CreateAsync(Caller caller, VersionKey key, string text, string? parentId, CancellationToken cancel)
    {
        CheckText(text);
        return hub.WriteAsync(
            async db =>
            {
                var found = await db.VersionAsync(caller, key, RegistryPermission.Read, cancel);
                var now = clock.GetUtcNow();
                var comment = new Comment
                {
                    Id = Guid.CreateVersion7().ToString("N"),
                    VersionId = found.Version.Id,
                    ParentId = await ThreadOrNullAsync(db, found.Version.Id, parentId, cancel),
                    AuthorId = caller.Id,
                    Author = caller.Name,
                    Text = text,
                    CreatedAt = now,
                    UpdatedAt = now,
                };
                db.Add(comment);
                db.Record(caller, now, EventKinds.CommentCreated, found.Model, key.Number, after: new { comment.Id, comment.ParentId, text });
                return comment;
            },
            cancel);
    }

    /// <summary>Only who wrote it may change it.</summary>
    public Task<Comment> UpdateAsync(Caller caller, string id, string text, CancellationToken cancel)
    {
        CheckText(text);
        return hub.WriteAsync(
            async db =>
            {
                var (comment, found) = await FindAsync(db, caller, id, cancel);
                Require(caller, comment.AuthorId == caller.Id, "change");
                var now = clock.GetUtcNow();
                db.Record(caller, now, EventKinds.CommentUpdated, found.Model, found.Version.Number, new { comment.Id, comment.Text }, new { comment.Id, text });
                (comment.Text, comment.UpdatedAt) = (text, now);
                return comment;
            },
            cancel);
    }

    /// <summary>By who wrote it or manages the model. Replies stay.</summary>
    public Task DeleteAsync(Caller caller, string id, CancellationToken cancel) =>
        hub.WriteAsync(
            async db =>
            {
                var (comment, found) = await FindAsync(db, caller, id, cancel);
                Require(caller, comment.AuthorId == caller.Id || found.Permission == RegistryPermission.Manage, "delete");
                db.Remove(comment);
                db.Record(caller, clock.GetUtcNow(), EventKinds.CommentDeleted, found.Model, found.Version.Number, new { comment.Id, comment.Text });
            },
            cancel);

    /// <summary>Oldest first.</summary>
    public async Task<List<CommentDetails>> ListAsync(Caller caller, VersionKey key, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var found = await db.VersionAsync(caller, key, RegistryPermission.Read, cancel);
        var comments = await db.Comments.AsNoTracking().Where(c => c.VersionId == found.Version.Id).OrderBy(c => c.CreatedAt).ThenBy(c => c.Id).ToListAsync(cancel);
        var ids = comments.Select(c => c.Id).ToHashSet();
        return
        [
            .. comments.Select(c => new CommentDetails(
                c,
                c.ParentId is { } parent && ids.Contains(parent) ? parent : null,
                c.AuthorId == caller.Id,
                c.AuthorId == caller.Id || found.Permission == RegistryPermission.Manage)),
        ];
    }

    private static async Task<string?> ThreadOrNullAsync(HubDb db, long versionId, string? parentId, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(parentId))
        {
            return null;
        }

        var parent = await db.Comments.AsNoTracking().FirstOrDefaultAsync(c => c.Id == parentId && c.VersionId == versionId, cancel)
            ?? throw Absent(parentId);
        return parent.ParentId ?? parent.Id;
    }

    private static async Task<(Comment Comment, FoundVersion Found)> FindAsync(HubDb db, Caller caller, string id, CancellationToken cancel)
    {
        var comment = await db.Comments.FirstOrDefaultAsync(c => c.Id == id, cancel) ?? throw Absent(id);
        var version = await db.ModelVersions.SingleAsync(v => v.Id == comment.VersionId, cancel);
        var permission = await db.PermissionOnModelAsync(caller, version.ModelId, cancel);
        return permission == RegistryPermission.None
            ? throw Absent(id)
            : (comment, new(await db.RegisteredModels.SingleAsync(m => m.Id == version.ModelId, cancel), version, permission));
    }

    private static HubException Absent(string id) => HubException.NotFound($"Comment with id={LogRules.Shown(id)} not found");

    private static void Require(Caller caller, bool may, string deed)
    {
        if (!may)
        {
            throw HubException.Denied($"Permission denied: '{caller.Name}' may not {deed} somebody else's comment.");
        }
    }

    private static void CheckText(string text)
    {
        LogRules.CheckLength(text, Limits.Comment, "comment");
        if (string.IsNullOrWhiteSpace(text))
        {
            throw HubException.Invalid("Invalid value for parameter 'comment' supplied: a comment must not be blank.");
        }
    }
}
