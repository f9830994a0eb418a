using MlHub.Access;
using MlHub.Registry;

namespace MlHub.Reviews;

/// <summary>What a bot says of a version; null leaves the text as it was.</summary>
public sealed record CheckReport(string Name, CheckState State, string? Summary = null, string? Details = null, string? Link = null);

/// <summary>Named verdicts on versions.</summary>
public sealed class Checks(HubDbFactory hub, TimeProvider clock)
{
    /// <summary>Creates the check of that name or changes it; saying the same twice is harmless.</summary>
    public Task<Check> ReportAsync(Caller caller, VersionKey key, CheckReport report, CancellationToken cancel) =>
        throw new NotImplementedException($"{hub} {clock}");

    /// <summary>By name, MlHub's own first.</summary>
    public Task<List<Check>> ListAsync(Caller caller, VersionKey key, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Lets MlHub's own checks look at the version again.</summary>
    public Task<List<Check>> RerunAsync(Caller caller, VersionKey key, CancellationToken cancel) => throw new NotImplementedException();
}
