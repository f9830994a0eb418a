namespace MlHub.Web.Api;

/// <summary>
/// What an endpoint asks of its caller. Every endpoint carries one: the fallback policy refuses those without, and a test
/// walks the running application for them. What someone may do with a resource is decided by the operation behind.
/// </summary>
/// <param name="Kind">Who may come at all.</param>
/// <param name="Scope">What a token must be good for.</param>
/// <param name="IsOfOneModel">
/// Whether all that it tells is about the registered model that the call names, for which the operation asks the registry's access: only such endpoints let tokens in
/// that are restricted to models.
/// </param>
public sealed record DeclaredAccess(AccessKind Kind, Scopes Scope = Scopes.None, bool IsOfOneModel = false);

public enum AccessKind
{
    /// <summary>Anyone, signed in or not.</summary>
    Public,

    /// <summary>A person signed in with the browser.</summary>
    Page,

    /// <summary>A program with a token or password that has the scope. Cookies do not count.</summary>
    Token,

    /// <summary>Either of the two.</summary>
    PageOrToken,
}

public static class DeclaredAccessExtensions
{
    public static TBuilder Declare<TBuilder>(this TBuilder endpoint, AccessKind kind, Scopes scope = Scopes.None, bool isOfOneModel = false)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoint.Add(b => b.Metadata.Add(new DeclaredAccess(kind, scope, isOfOneModel)));
        return kind switch
        {
            AccessKind.Public => endpoint.AllowAnonymous(),
            AccessKind.Page => endpoint.RequireAuthorization(Access.Policies.Page),
            AccessKind.Token => endpoint.RequireAuthorization(Access.Policies.Token),
            _ => endpoint.RequireAuthorization(Access.Policies.PageOrToken),
        };
    }
}
