using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace MlHub.Web.Tests.Api;

/// <summary>docs/mlflow-compatibility.md says what the running application does.</summary>
public sealed partial class CompatTableTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private const string Prefix = "/api/2.0";

    [Fact]
    public void The_table_lists_every_call_and_no_other()
    {
        var told = File.ReadLines(Path.Combine(Repository.Root, "docs", "mlflow-compatibility.md"))
            .Select(line => Row().Match(line)).Where(row => row.Success).Select(row => row.Groups[1].Value).Order();

        var mapped = hub.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.StartsWith(Prefix, StringComparison.Ordinal))
            .SelectMany(e => e.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Where(m => m != "HEAD").Select(m => $"{m} {e.RoutePattern.RawText![Prefix.Length..].Replace("{**", "{", StringComparison.Ordinal)}"))
            .Order();

        Assert.Equal(mapped, told);
    }

    [GeneratedRegex(@"^\| `([A-Z]+ /\S+)` \| yes")]
    private static partial Regex Row();
}
