using Microsoft.AspNetCore.Components;

namespace MlHub.Web.Access;

public partial class ServiceAccountPage
{
    private List<OwnedToken>? _tokens;
    private List<string> _choices = [];
    private IReadOnlyDictionary<long, string> _modelNames = new Dictionary<long, string>();
    private CreatedToken? _created;
    private string? _refusal;
    private string? _newRefusal;

    [Inject]
    public required AccessTokens Tokens { get; init; }

    [Inject]
    public required Accounts Accounts { get; init; }

    [Parameter]
    public string Name { get; set; } = "";

    [SupplyParameterFromForm(FormName = "new-token")]
    public TokensPage.NewToken? Input { get; set; }

    protected override Task OnParametersSetAsync() => LoadAsync();

    private Task<bool> LoadAsync() => FoundByAdminAsync(async caller =>
    {
        var account = await Accounts.GetAsync(caller, Name, Cancel);
        _tokens = account.User.IsServiceAccount ? await Tokens.ListAllAsync(caller, Name, Cancel) : throw HubException.NotFound("There is no such service account.");
        _modelNames = await Tokens.ModelNamesAsync(caller, _tokens.Select(t => t.Token), Cancel);
        _choices = await Tokens.ModelChoicesAsync(caller, Cancel);
    });

    // The text is shown in the answer to the form itself: it is in no address, no cookie and no history.
    private async Task CreateAsync()
    {
        _newRefusal = TokensPage.Lives.Contains(Input!.Days)
            ? await TryAsync(async caller => _created = await Tokens.CreateForAsync(caller, Name, Input.Name ?? "", Input.AllScopes, TimeSpan.FromDays(Input.Days), Cancel, Input.Models))
            : "Choose how long the token is valid.";
        if (_newRefusal is null)
        {
            Input = new();
        }

        await LoadAsync();
    }

    private async Task RevokeAsync(string id)
    {
        _refusal = await TryAsync(caller => Tokens.RevokeAsync(caller, id, Cancel));
        await LoadAsync();
    }
}
