using Microsoft.AspNetCore.Antiforgery;

namespace MlHub.Web.Access;

/// <summary>For endpoints that take a page's form by themselves.</summary>
internal static class SentForms
{
    /// <summary>Whether the form comes from a page of ours, shown to the same person; false also where it cannot be read.</summary>
    public static async Task<bool> IsOursAsync(this IAntiforgery antiforgery, HttpContext context)
    {
        try
        {
            await antiforgery.ValidateRequestAsync(context);
            return true;
        }
        catch (Exception e) when (e is AntiforgeryValidationException or BadHttpRequestException or InvalidDataException)
        {
            return false;
        }
    }
}
