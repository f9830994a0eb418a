namespace MlHub.Web.Reviews;

/// <summary>The parts of a version's page; the address names them in lower case.</summary>
public enum VersionTab
{
    Overview,
    Compare,
    Explanations,
    Duel,
    Files,
    Lineage,
    Activity,
}
