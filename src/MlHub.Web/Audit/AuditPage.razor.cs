using Microsoft.AspNetCore.Components;
using MlHub.Events;

namespace MlHub.Web.Audit;

public partial class AuditPage
{
    private bool _isAdmin;
    private AuditQuery _query = new();
    private Page<LinkedEvent>? _page;
    private string? _refusal;

    [Inject]
    public required AuditLog Log { get; init; }

    [SupplyParameterFromQuery]
    public string? Actor { get; set; }

    [SupplyParameterFromQuery]
    public string? Kind { get; set; }

    [SupplyParameterFromQuery]
    public string? Subject { get; set; }

    [SupplyParameterFromQuery]
    public string? Address { get; set; }

    [SupplyParameterFromQuery]
    public string? From { get; set; }

    [SupplyParameterFromQuery]
    public string? To { get; set; }

    [SupplyParameterFromQuery(Name = "page_token")]
    public string? PageToken { get; set; }

    protected override async Task OnParametersSetAsync()
    {
        _isAdmin = (await CallerAsync()).IsAdmin;
        if (!_isAdmin)
        {
            Navigation.NotFound();
            return;
        }

        _query = new(Actor, Kind, Subject, Address, From, To, PageToken);
        _refusal = await TryAsync(async caller => _page = await Log.SearchAsync(caller, _query.ToSearch(), Limits.AuditPage, PageToken, Cancel));
    }
}
