using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Access;
using MlHub.Web.Access;
using MlHub.Web.Tests.Account;
using MlHub.Web.Tests.Api;

namespace MlHub.Web.Tests.Attacks;

/// <summary>What holds for every route of the running application, so that nobody has to think of it for a new one.</summary>
public sealed class EveryRouteTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private static readonly string[] Safe = ["GET", "HEAD"];

    /// <summary>Attacks 51 and 54: with a cookie and a token that are good.</summary>
    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task No_unsafe_route_is_used_by_another_sites_page(string header, string value)
    {
        using var victim = await GivenVictimAsync();
        victim.DefaultRequestHeaders.Add(header, value);

        var unsafeRoutes = Routes().Where(r => !Safe.Contains(r.Method)).ToList();
        foreach (var (method, url) in unsafeRoutes)
        {
            var answer = await victim.AskAsync(new(method), url, new StringContent("{}", System.Text.Encoding.UTF8, "text/plain"));

            Assert.True((403, "PERMISSION_DENIED") == (answer.Status, answer.Code), $"{method} {url} answered {answer.Status}");
            Assert.DoesNotContain(answer.Headers, h => h.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        }

        Assert.True(unsafeRoutes.Count > 150);
    }

    /// <summary>Attacks 52 and 53.</summary>
    [Theory]
    [InlineData("evil.example")]
    [InlineData("10.evil.example")]
    [InlineData("localhost.evil.example")]
    public async Task No_route_answers_under_another_name(string host)
    {
        using var victim = await GivenVictimAsync();
        victim.DefaultRequestHeaders.Host = host;
        victim.DefaultRequestHeaders.Add("X-Forwarded-Host", "localhost");

        foreach (var (method, url) in Routes())
        {
            var answer = await victim.AskAsync(new(method), url);

            Assert.True(answer.Status == 400, $"{method} {url} answered {answer.Status}");
        }
    }

    /// <summary>Attack 55, and the rest of what a browser has to be told; also on refusals and errors.</summary>
    [Fact]
    public async Task Every_answer_carries_a_strict_policy()
    {
        using var anyone = hub.CreateClient(new() { AllowAutoRedirect = false });
        using var administrator = new Visitor(hub);
        await administrator.SignInAsync("ada");

        foreach (var (method, url) in Routes().Append(("GET", "/no/such/page")).Append(("GET", "/api/2.0/no/such/call")).Append(("POST", "/error")))
        {
            foreach (var browser in new[] { anyone, administrator.Browser })
            {
                using var answer = await browser.SendAsync(new(new(method), url));

                var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
                Assert.True(IsStrict(policy), $"{method} {url}: {policy}");
                Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
                Assert.Equal("DENY", Assert.Single(answer.Headers.GetValues("X-Frame-Options")));
                Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Cross-Origin-Resource-Policy")));
                Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Cross-Origin-Opener-Policy")));
                Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
                Assert.True(answer.Headers.CacheControl is { NoStore: true } or { NoCache: true } || url.Contains('.', StringComparison.Ordinal), $"{url} may be kept by a cache: {answer.Headers.CacheControl}");
            }
        }
    }

    [Fact]
    public async Task An_endpoint_that_somebody_forgot_to_declare_is_refused_even_to_administrators()
    {
        var policy = await hub.Services.GetRequiredService<IAuthorizationPolicyProvider>().GetFallbackPolicyAsync();
        var context = new DefaultHttpContext { RequestServices = hub.Services };
        var admin = new Caller(Guid.NewGuid(), "ada", IsAdmin: true).AsPrincipal(TokenScheme.Name);
        async Task<bool> IsLetInAsync() => (await hub.Services.GetRequiredService<IAuthorizationService>().AuthorizeAsync(admin, context, policy!)).Succeeded;

        var nowhere = await IsLetInAsync();
        context.SetEndpoint(new Microsoft.AspNetCore.Routing.RouteEndpoint(_ => Task.CompletedTask, Microsoft.AspNetCore.Routing.Patterns.RoutePatternFactory.Parse("/forgotten"), 0, null, "forgotten"));

        Assert.Equal((true, false), (nowhere, await IsLetInAsync()));
    }

    private static bool IsStrict(string policy) =>
        !policy.Contains("unsafe", StringComparison.Ordinal)
        && (policy == "sandbox; default-src 'none'" || (policy.Contains("default-src 'self'", StringComparison.Ordinal) && policy.Contains("object-src 'none'", StringComparison.Ordinal) && policy.Contains("frame-ancestors 'none'", StringComparison.Ordinal)));

    /// <summary>Of the many static files a few stand for all.</summary>
    private List<(string Method, string Url)> Routes()
    {
        var all = WalkedEndpoint.All(hub).Where(e => e.Declared is not null).ToList();
        return
        [
            .. all.Where(e => !e.IsStaticFile).Concat(all.Where(e => e.IsStaticFile).Take(5))
                .Select(e => (e.Method, System.Text.RegularExpressions.Regex.Replace("/" + e.Pattern.TrimStart('/'), @"\{[^}]*\}", "1"))).Distinct(),
        ];
    }

    private async Task<HttpClient> GivenVictimAsync()
    {
        var browser = new Visitor(hub);
        await browser.SignInAsync("ann");
        browser.Browser.DefaultRequestHeaders.Authorization = hub.Ann.DefaultRequestHeaders.Authorization;
        return browser.Browser;
    }
}
