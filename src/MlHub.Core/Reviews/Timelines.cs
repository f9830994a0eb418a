using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Registry;

namespace MlHub.Reviews;

/// <summary>One event of a version; <paramref name="Comment"/> is the comment it tells of, as it reads now.</summary>
public sealed record TimelineEntry(
    long Id, DateTimeOffset At, string Actor, string Kind, JsonElement? Before, JsonElement? After, Comment? Comment);

/// <summary>What happened to a version, from the event log.</summary>
public sealed class Timelines(HubDbFactory hub)
{
    /// <summary>Newest first. Of a comment only how it reads now is told: what was changed or deleted stays with the audit.</summary>
    public async Task<Page<TimelineEntry>> ReadAsync(Caller caller, VersionKey key, int max, string? pageToken, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var found = await db.VersionAsync(caller, key, RegistryPermission.Read, cancel);
        var page = await PageAsync(found, db.Events.Where(e => e.Kind != EventKinds.CommentUpdated), max, pageToken, cancel);
        var comments = await db.Comments.AsNoTracking().Where(c => c.VersionId == found.Version.Id).ToDictionaryAsync(c => c.Id, cancel);
        return new([.. page.Items.Select(e => ToEntry(e, comments))], page.NextPageToken);
    }

    /// <summary>The same as the protocol has it: transitions, requests, decisions and comments.</summary>
    public async Task<Page<Activity>> ActivitiesAsync(Caller caller, VersionKey key, int max, string? pageToken, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var found = await db.VersionAsync(caller, key, RegistryPermission.Read, cancel);
        var page = await PageAsync(found, db.Events.Where(e => Activity.Kinds.Contains(e.Kind)), max, pageToken, cancel);
        var comments = await db.Comments.AsNoTracking().Where(c => c.VersionId == found.Version.Id).ToDictionaryAsync(c => c.Id, cancel);
        return new([.. page.Items.Select(e => e.Kind == EventKinds.CommentCreated ? Activity.Of(e) with { Comment = ToEntry(e, comments).Comment?.Text } : Activity.Of(e))], page.NextPageToken);
    }

    private static async Task<Page<HubEvent>> PageAsync(FoundVersion found, IQueryable<HubEvent> events, int max, string? pageToken, CancellationToken cancel)
    {
        if (max is < 1 or > Limits.TimelinePageMax)
        {
            throw HubException.Invalid($"Invalid value {max} for parameter 'max_results' supplied: It must be from 1 to {Limits.TimelinePageMax}.");
        }

        var before = Before(pageToken, found.Version.Id);
        var rows = await events.AsNoTracking()
            .Where(e => e.ModelId == found.Model.Id && e.Version == found.Version.Number && e.Id < before)
            .OrderByDescending(e => e.Id).Take(max + 1).ToListAsync(cancel);
        return rows.Count <= max ? new(rows, null) : new(rows[..max], Token(found.Version.Id, rows[max - 1].Id));
    }

    private static TimelineEntry ToEntry(HubEvent row, Dictionary<string, Comment> comments)
    {
        if (row.Kind is not (EventKinds.CommentCreated or EventKinds.CommentDeleted))
        {
            return new(row.Id, row.At, row.Actor, row.Kind, EventJson.Parse(row.Before), EventJson.Parse(row.After), null);
        }

        var comment = new EventFacts(row).After("id") is { } id ? comments.GetValueOrDefault(id) : null;
        return new(row.Id, row.At, row.Actor, row.Kind, null, null, comment);
    }

    private static string Token(long versionId, long eventId) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"timeline {versionId} {eventId}")));

    private static long Before(string? token, long versionId)
    {
        if (string.IsNullOrEmpty(token))
        {
            return long.MaxValue;
        }

        var parts = Base64Url.IsValid(token) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token)).Split(' ') : [];
        return parts is ["timeline", var version, var id] && version == versionId.ToString(CultureInfo.InvariantCulture)
            && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var before) && token == Token(versionId, before)
            ? before
            : throw HubException.Invalid("Invalid value for parameter 'page_token' supplied: It is no page token of this history.");
    }
}
