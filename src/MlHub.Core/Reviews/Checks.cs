using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Registry;
using MlHub.Tracking;

namespace MlHub.Reviews;

/// <summary>What a bot says of a version; null leaves what was said before.</summary>
public sealed record CheckReport(string Name, CheckState? State, string? Summary = null, string? Details = null, string? Link = null);

/// <summary>Named verdicts on versions.</summary>
public sealed class Checks(HubDbFactory hub, TimeProvider clock)
{
    /// <summary>Creates the check of that name, pending unless it says more, or changes it; saying the same twice is harmless.</summary>
    public Task<Check> ReportAsync(Caller caller, VersionKey key, CheckReport report, CancellationToken cancel) =>
        ReportAsync(caller, key, report, create: true, cancel);

    /// <summary>Changes a check that somebody reported before.</summary>
    public Task<Check> UpdateAsync(Caller caller, VersionKey key, CheckReport report, CancellationToken cancel) =>
        ReportAsync(caller, key, report, create: false, cancel);

    /// <summary>By name, MlHub's own first.</summary>
    public async Task<List<Check>> ListAsync(Caller caller, VersionKey key, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var found = await db.VersionAsync(caller, key, RegistryPermission.Read, cancel);
        var checks = await db.Checks.AsNoTracking().Where(c => c.VersionId == found.Version.Id).ToListAsync(cancel);
        return [.. checks.OrderBy(c => !IsOurs(c.Name)).ThenBy(c => c.Name, StringComparer.Ordinal)];
    }

    /// <summary>Lets MlHub's own checks look at the version again.</summary>
    public Task<List<Check>> RerunAsync(Caller caller, VersionKey key, CancellationToken cancel) =>
        hub.WriteAsync(
            async db =>
            {
                var found = await db.VersionAsync(caller, key, RegistryPermission.Edit, cancel);
                found.RequireReady();
                var now = clock.GetUtcNow();
                var checks = await db.LookAtAsync(found.Version, now, cancel);
                foreach (var check in checks)
                {
                    db.Record(caller, now, EventKinds.CheckReported, found.Model, key.Number, after: new { check.Name, state = check.State.ToString(), summary = "" });
                }

                return checks;
            },
            cancel);

    private Task<Check> ReportAsync(Caller caller, VersionKey key, CheckReport report, bool create, CancellationToken cancel)
    {
        CheckReported(report);
        return hub.WriteAsync(
            async db =>
            {
                var found = await db.VersionAsync(caller, key, RegistryPermission.Edit, cancel);
                var now = clock.GetUtcNow();
                var check = await db.Checks.FirstOrDefaultAsync(c => c.VersionId == found.Version.Id && c.Name == report.Name, cancel);
                if (check is not null && SaysTheSame(check, report, caller))
                {
                    return check;
                }

                if (check is null && !create)
                {
                    throw HubException.NotFound($"{key} has no check '{LogRules.Shown(report.Name)}'.");
                }

                var before = check is null ? null : new { check.Name, state = check.State.ToString() };
                check ??= await AddAsync(db, found.Version, report, caller, now, cancel);
                (check.State, check.ReportedBy, check.UpdatedAt) = (report.State ?? check.State, caller.Name, now);
                (check.Summary, check.Details, check.Link) = (report.Summary ?? check.Summary, report.Details ?? check.Details, report.Link ?? check.Link);
                db.Record(caller, now, EventKinds.CheckReported, found.Model, key.Number, before, new { check.Name, state = check.State.ToString(), check.Summary });
                return check;
            },
            cancel);
    }

    private static async Task<Check> AddAsync(HubDb db, ModelVersion version, CheckReport report, Caller caller, DateTimeOffset now, CancellationToken cancel)
    {
        if (await db.Checks.CountAsync(c => c.VersionId == version.Id, cancel) >= Limits.ChecksPerVersion)
        {
            throw HubException.Invalid($"A version can have at most {Limits.ChecksPerVersion} checks.");
        }

        var check = new Check { VersionId = version.Id, Name = report.Name, State = CheckState.Pending, ReportedBy = caller.Name, CreatedAt = now, UpdatedAt = now };
        db.Add(check);
        return check;
    }

    private static bool SaysTheSame(Check check, CheckReport report, Caller caller) =>
        (report.State ?? check.State) == check.State && check.ReportedBy == caller.Name
        && (report.Summary ?? check.Summary) == check.Summary && (report.Details ?? check.Details) == check.Details && (report.Link ?? check.Link) == check.Link;

    private static bool IsOurs(string name) => name.StartsWith(BuiltInChecks.Prefix, StringComparison.OrdinalIgnoreCase);

    private static void CheckReported(CheckReport report)
    {
        CheckNames.Check(report.Name);
        if (IsOurs(report.Name))
        {
            throw HubException.Invalid($"Invalid value for parameter 'check' supplied: names that begin with {BuiltInChecks.Prefix} are MlHub's own.");
        }

        LogRules.CheckLength(report.Summary ?? "", Limits.CheckSummary, "summary");
        LogRules.CheckLength(report.Details ?? "", Limits.CheckDetails, "details");
        RegistryRules.CheckLink(report.Link, Limits.CheckLink, "link");
    }
}
