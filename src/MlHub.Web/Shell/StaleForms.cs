using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Diagnostics;
using MlHub.Web.Access;

namespace MlHub.Web.Shell;

/// <summary>A form that was open across another sign-in is refused with a page that says so; the framework's answer has no words.</summary>
public static class StaleForms
{
    public static IApplicationBuilder UseStaleForms(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var features = context.Features;
        if (features.Get<IAntiforgeryValidationFeature>() is not { IsValid: false } || features.Get<IStatusCodeReExecuteFeature>() is not null || ForPrograms.Is(context.Request))
        {
            return next(context);
        }

        // The page that tells of it is got; it must not read the refused form.
        features.Set<IAntiforgeryValidationFeature>(null);
        context.Request.Method = HttpMethods.Get;
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return Task.CompletedTask;
    });
}
