using System.Text.Json;
using MlHub.Access;
using MlHub.Registry;

namespace MlHub.Reviews;

/// <summary>One event of a version; <paramref name="Comment"/> is the comment it tells of, as it reads now.</summary>
public sealed record TimelineEntry(
    long Id, DateTimeOffset At, string Actor, string Kind, JsonElement? Before, JsonElement? After, Comment? Comment);

/// <summary>What happened to a version, from the event log.</summary>
public sealed class Timelines(HubDbFactory hub)
{
    /// <summary>Newest first.</summary>
    public Task<Page<TimelineEntry>> ReadAsync(Caller caller, VersionKey key, int max, string? pageToken, CancellationToken cancel) =>
        throw new NotImplementedException($"{hub}");

    /// <summary>The same as the protocol has it: transitions, requests, decisions and comments.</summary>
    public Task<Page<Activity>> ActivitiesAsync(Caller caller, VersionKey key, int max, string? pageToken, CancellationToken cancel) => throw new NotImplementedException();
}
