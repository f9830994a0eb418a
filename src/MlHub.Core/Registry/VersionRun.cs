using Microsoft.EntityFrameworkCore;

namespace MlHub.Registry;

/// <summary>The run that a version was made by.</summary>
internal static class VersionRun
{
    /// <summary>The run that the version names; else the one whose files it is made of. Null where the hub has neither.</summary>
    public static async Task<long?> RunKeyOrNullAsync(this HubDb db, ModelVersion version, CancellationToken cancel) =>
        version.RunId is null ? version.SourceRunKey : await db.Runs.Where(r => r.RunId == version.RunId).Select(r => (long?)r.Key).FirstOrDefaultAsync(cancel);
}
