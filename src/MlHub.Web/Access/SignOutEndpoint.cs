using Microsoft.AspNetCore.Antiforgery;
using MlHub.Web.Api;

namespace MlHub.Web.Access;

/// <summary>POST /sign-out, from the account menu.</summary>
public static class SignOutEndpoint
{
    public static void MapSignOut(this IEndpointRouteBuilder app) =>
        app.MapPost("/sign-out", async (HttpContext context, IAntiforgery antiforgery, SignIns signIns) =>
        {
            if (!await antiforgery.IsOursAsync(context))
            {
                return Results.Text("Reload the page and try again.", statusCode: StatusCodes.Status400BadRequest);
            }

            await signIns.SignOutAsync();
            context.Response.Headers["Clear-Site-Data"] = "\"cache\"";
            return Results.LocalRedirect("/sign-in");
        }).Declare(AccessKind.Page).DisableAntiforgery();
}
