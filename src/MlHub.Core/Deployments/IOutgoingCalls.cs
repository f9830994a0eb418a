using System.Net.Http;
using System.Text.Json;
using System.Text.Json.Nodes;
using MlHub.Serving;

namespace MlHub.Deployments;

/// <summary>A call to a server that an administrator named.</summary>
/// <param name="Method">GET, POST, PUT or DELETE.</param>
/// <param name="Url">Absolute.</param>
/// <param name="Key">Sent as bearer token; null for none.</param>
/// <param name="Json">The body, UTF-8; null for none.</param>
/// <param name="Patience">How long its answer may take.</param>
public sealed record OutgoingCall(HttpMethod Method, Uri Url, string? Key, byte[]? Json, TimeSpan Patience);

/// <summary>What came of it.</summary>
/// <param name="Status">Null where there was no answer.</param>
/// <param name="Error">Why not, in a sentence.</param>
/// <param name="Body">Its beginning, at most a megabyte.</param>
public sealed record CallAnswer(int? Status, string? Error, string Body)
{
    /// <summary>The body as JSON; null for what is none.</summary>
    public JsonNode? Json()
    {
        try
        {
            return JsonNode.Parse(Body);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Asks servers over HTTP, at addresses that are allowed and no others. Never throws for what the server does.</summary>
public interface IOutgoingCalls
{
    Task<CallAnswer> AskAsync(OutgoingCall call, CancellationToken cancel);

    /// <summary>Looks at an address before it is saved.</summary>
    /// <exception cref="HubException">Invalid: it is none that may be called.</exception>
    Task CheckAsync(string url, CancellationToken cancel);
}

/// <summary>Makes addresses by which another server fetches a file of a version without a token.</summary>
/// <param name="Make">On whose behalf, of which version, which file, under which name, for how long; null while nobody knows where the hub is reached.</param>
public sealed record FileLinks(Func<DeployedVersion, string, string, TimeSpan, Uri?> Make);
