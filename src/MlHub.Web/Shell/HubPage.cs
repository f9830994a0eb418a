using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MlHub.Access;
using MlHub.Web.Access;
using MlHub.Web.Audit;

namespace MlHub.Web.Shell;

/// <summary>A page rendered by the server alone: it knows who looks, and answers 404 for what is absent or not theirs to see.</summary>
public abstract class HubPage : ComponentBase
{
    [Inject]
    protected NavigationManager Navigation { get; set; } = default!;

    [CascadingParameter]
    protected Task<AuthenticationState> SignedIn { get; set; } = default!;

    [CascadingParameter]
    protected HttpContext? Http { get; set; }

    protected CancellationToken Cancel => Http?.RequestAborted ?? CancellationToken.None;

    protected async Task<Caller> CallerAsync() => (await SignedIn).User.AsCaller();

    /// <summary>Loads what the page shows; false where there is nothing to show, and then the answer is the 404 page.</summary>
    protected async Task<bool> FoundAsync(Func<Caller, Task> load)
    {
        try
        {
            await load(await CallerAsync());
            return true;
        }
        catch (HubException refusal) when (refusal.Error == HubError.NotFound)
        {
            Navigation.NotFound();
            return false;
        }
    }

    /// <summary>Loads a page of the administration: for everybody but administrators it does not exist.</summary>
    protected Task<bool> FoundByAdminAsync(Func<Caller, Task> load) =>
        FoundAsync(caller => caller.IsAdmin ? load(caller) : throw HubException.NotFound("There is nothing here."));

    /// <summary>Does what a form asked for; the words of a refusal, or null if it was done.</summary>
    protected async Task<string?> TryAsync(Func<Caller, Task> act)
    {
        try
        {
            await act(await CallerAsync());
            return null;
        }
        catch (HubException refusal)
        {
            if (refusal.Error == HubError.Denied && Http is { } context)
            {
                context.RequestServices.GetRequiredService<DeniedAttempts>().Note(context, refusal.Message);
            }

            return refusal.Message;
        }
    }
}
