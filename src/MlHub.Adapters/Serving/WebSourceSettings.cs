using System.Net;

namespace MlHub.Adapters.Serving;

/// <summary>What the operator opened: networks besides the public Internet that batch jobs may read from, and whether without TLS.</summary>
public sealed record WebSourceSettings(IReadOnlyList<IPNetwork> AllowedNetworks, bool AllowHttp);
