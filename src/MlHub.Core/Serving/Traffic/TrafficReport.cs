using MlHub.Access;

namespace MlHub.Serving.Traffic;

/// <summary>Who answers whom.</summary>
/// <param name="IsEnabled">Whether the model is served at all.</param>
/// <param name="Permission">What the reader may do with it.</param>
/// <param name="Endpoints">Stages and aliases that lead to a version.</param>
/// <param name="Ended">The latest rules that ended or were taken back, newest first.</param>
/// <param name="Versions">Numbers of those that are not archived, newest first.</param>
public sealed record TrafficReport(
    bool IsEnabled, RegistryPermission Permission, IReadOnlyList<TrafficEndpoint> Endpoints, IReadOnlyList<TrafficEntry> Ended, IReadOnlyList<int> Versions);

/// <summary>An endpoint and the rules that run at it.</summary>
/// <param name="Selector">A stage, or an alias with an @ before it.</param>
/// <param name="Version">Where it leads by the registry.</param>
/// <param name="MayDirect">Whether the reader may give shares of it to other versions.</param>
/// <param name="Rules">In the order in which they were begun.</param>
public sealed record TrafficEndpoint(string Selector, int Version, bool MayDirect, IReadOnlyList<TrafficEntry> Rules)
{
    /// <summary>What the registry's version is left with, in percent.</summary>
    public double PresentPercent => 100 - Rules.Where(r => r.Rule.Kind != TrafficKind.Shadow).Sum(r => r.Rule.Percent);
}

/// <summary>A rule and how it fares, or fared.</summary>
/// <param name="Rule">As it is stored.</param>
/// <param name="By">Who began it; null for somebody who is gone.</param>
/// <param name="IsReady">Whether its version is loaded here.</param>
/// <param name="Candidate">How its version does on this node; null of shadows.</param>
/// <param name="Present">How those do that it was compared with.</param>
/// <param name="Shadow">Of shadows: of all nodes.</param>
public sealed record TrafficEntry(TrafficRule Rule, string? By, bool IsReady, SideNumbers? Candidate, SideNumbers? Present, ShadowFindings? Shadow)
{
    /// <summary>Whether other nodes may answer too, and count for themselves.</summary>
    public bool IsOfNode { get; init; }
}
