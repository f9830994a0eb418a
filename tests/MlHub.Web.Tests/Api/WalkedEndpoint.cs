using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Web.Api;

namespace MlHub.Web.Tests.Api;

/// <summary>One route of the running application under one method.</summary>
public sealed record WalkedEndpoint(string Method, string Pattern, DeclaredAccess? Declared, bool IsStaticFile)
{
    private static readonly string[] Prefixes = ["/api/2.0/", "/ajax-api/2.0/"];

    public bool IsApi => Prefixes.Any(p => Pattern.StartsWith(p, StringComparison.Ordinal));

    /// <summary>The route as <see cref="CallTable"/> names it, the same for both prefixes.</summary>
    public string Call => Prefixes.Aggregate(Pattern, (p, prefix) => p.StartsWith(prefix, StringComparison.Ordinal) ? p[prefix.Length..] : p);

    public static List<WalkedEndpoint> All(TestHub hub) =>
    [
        .. hub.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            // HEAD is always GET without its body, of the same endpoint.
            .SelectMany(e => (e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Where(m => m != "HEAD")
                .Select(m => new WalkedEndpoint(m, e.RoutePattern.RawText ?? "", e.Metadata.GetMetadata<DeclaredAccess>(), e.Metadata.GetMetadata<StaticAssetDescriptor>() is not null))),
    ];

    /// <summary>The endpoints that programs call, with one valid request for each.</summary>
    public static List<(WalkedEndpoint Endpoint, CallTable.Sample Sample, string Url)> Calls(TestHub hub, CallTable.Target target) =>
    [
        .. All(hub).Where(e => e.Declared is { Kind: AccessKind.Token or AccessKind.PageOrToken }).Select(e =>
        {
            var sample = CallTable.For(e.Method, e.Call, target) ?? throw new InvalidOperationException($"CallTable lacks {e.Method} {e.Call}.");
            var path = e.Pattern.Replace("{**path}", "", StringComparison.Ordinal)
                .Replace("{**key}", "", StringComparison.Ordinal)
                .Replace("/webhooks/{id}", $"/webhooks/{target.Webhook}", StringComparison.Ordinal)
                .Replace("/logged-models/{id}", $"/logged-models/{target.LoggedModel}", StringComparison.Ordinal)
                .Replace("/experiments/{id}", $"/experiments/{target.Experiment}", StringComparison.Ordinal)
                .Replace("/registered-models/{id}", $"/registered-models/{target.ModelId}", StringComparison.Ordinal)
                .Replace("{name}", target.Model, StringComparison.Ordinal)
                .Replace("{selector}", "1", StringComparison.Ordinal)
                .Replace("{version}", "1", StringComparison.Ordinal);
            return (e, sample, path + sample.Suffix);
        }),
    ];
}
