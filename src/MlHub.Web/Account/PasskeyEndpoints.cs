using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Identity;
using MlHub.Web.Access;
using MlHub.Web.Api;
using MlHub.Web.Shell;

namespace MlHub.Web.Account;

/// <summary>What wwwroot/js/passkeys.js asks for before the browser makes or uses a passkey. The answers are the forms' matter.</summary>
public static class PasskeyEndpoints
{
    public static void MapPasskeys(this IEndpointRouteBuilder app)
    {
        app.MapPost(HubUrls.PasskeyOffer, (HttpContext context, IAntiforgery antiforgery, Passkeys passkeys) =>
            AnswerAsync(context, antiforgery, async form =>
                await passkeys.OfferAsync(context.AsCall().Caller, form["Passkey.Password"].ToString(), context.RequestAborted)))
            .Declare(AccessKind.Page).DisableAntiforgery();

        app.MapPost(HubUrls.PasskeyChallenge, (HttpContext context, IAntiforgery antiforgery, SignInManager<HubUser> identity) =>
            AnswerAsync(context, antiforgery, _ => identity.MakePasskeyRequestOptionsAsync(null)))
            .Declare(AccessKind.Public).DisableAntiforgery();
    }

    private static async Task<IResult> AnswerAsync(HttpContext context, IAntiforgery antiforgery, Func<IFormCollection, Task<string>> make)
    {
        if (!await antiforgery.IsOursAsync(context))
        {
            return Results.Text("Reload the page and try again.", statusCode: StatusCodes.Status400BadRequest);
        }

        try
        {
            return Results.Text(await make(await context.Request.ReadFormAsync(context.RequestAborted)), "application/json");
        }
        catch (HubException refusal)
        {
            return Results.Text(refusal.Message, statusCode: StatusCodes.Status403Forbidden);
        }
    }
}
