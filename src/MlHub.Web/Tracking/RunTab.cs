namespace MlHub.Web.Tracking;

/// <summary>The parts of a run's page; named in its address.</summary>
public enum RunTab
{
    Overview,
    Metrics,
    Artifacts,
}
