using Microsoft.AspNetCore.Authorization;

namespace MlHub.Web.Access;

/// <summary>Who may reach an endpoint at all; deny by default.</summary>
public static class Policies
{
    public const string Page = "page";
    public const string Token = "token";
    public const string PageOrToken = "page-or-token";

    /// <summary>The scheme that asks people for the page's sign-in and programs for a token.</summary>
    public const string EitherScheme = "PageOrToken";

    public static void Add(AuthorizationOptions options, string pageScheme)
    {
        options.AddPolicy(Page, p => p.AddAuthenticationSchemes(pageScheme).RequireAuthenticatedUser());
        options.AddPolicy(Token, p => p.AddAuthenticationSchemes(TokenScheme.Name).RequireAuthenticatedUser().AddRequirements(new ScopeRequirement()));
        options.AddPolicy(PageOrToken, p => p.AddAuthenticationSchemes(EitherScheme).RequireAuthenticatedUser().AddRequirements(new ScopeRequirement()));
        options.DefaultPolicy = options.GetPolicy(Page)!;
        options.FallbackPolicy = new AuthorizationPolicyBuilder(EitherScheme).RequireAuthenticatedUser().AddRequirements(new NothingUndeclared()).Build();
    }
}

/// <summary>The token's scopes must cover what the endpoint declares.</summary>
public sealed class ScopeRequirement : IAuthorizationRequirement;

/// <summary>An endpoint that declares nothing is refused; paths that lead nowhere may say so to anyone signed in.</summary>
public sealed class NothingUndeclared : IAuthorizationRequirement;
