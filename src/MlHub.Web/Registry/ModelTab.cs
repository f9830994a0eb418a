namespace MlHub.Web.Registry;

/// <summary>The parts of a model's page; the address names them in lower case.</summary>
public enum ModelTab
{
    Overview,
    Versions,
    Metrics,
    Card,
    Serving,
    Webhooks,
    Settings,
}
