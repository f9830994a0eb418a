namespace MlHub.Web.Serving;

/// <summary>The parts of a model's serving tab; the address names them in lower case.</summary>
public enum ServingView
{
    Endpoints,
    Traffic,
    Monitoring,
    Data,
    Batch,
    Deploy,
    Settings,
}
