namespace MlHub.Web.Tracking;

/// <summary>The parts of a run's page; named in its address.</summary>
public enum RunTab
{
    Overview,
    Metrics,

    /// <summary>What the client measured of the machine; only there where it did.</summary>
    System,
    Explanations,
    Artifacts,

    /// <summary>Code and environment beside those of other runs.</summary>
    Code,
    Lineage,
    Reproduce,
}
