using System.Net;

namespace MlHub.Adapters.Webhooks;

/// <summary>What the operator opened: networks besides the public Internet that webhooks may reach, and whether without TLS.</summary>
public sealed record WebhookSettings(IReadOnlyList<IPNetwork> AllowedNetworks, bool AllowHttp);
