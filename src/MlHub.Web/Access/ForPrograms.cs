namespace MlHub.Web.Access;

/// <summary>Tells calls of programs from visits of people: the former are answered in JSON, the latter with pages.</summary>
public static class ForPrograms
{
    public static bool Is(HttpRequest request) =>
        request.Headers.Authorization.Count > 0 || request.Path.StartsWithSegments("/api") || request.Path.StartsWithSegments("/ajax-api")
        || request.Path.StartsWithSegments("/model") || request.Path.StartsWithSegments("/v2")
        // MLflow's own web page asks there; MlHub has no such call.
        || request.Path == "/graphql";
}
