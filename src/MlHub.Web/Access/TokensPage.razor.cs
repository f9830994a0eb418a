using Microsoft.AspNetCore.Components;

namespace MlHub.Web.Access;

public partial class TokensPage
{
    public static readonly int[] Lives = [30, 90, 365];

    private List<OwnedToken> _tokens = [];
    private List<string> _choices = [];
    private IReadOnlyDictionary<long, string> _modelNames = new Dictionary<long, string>();
    private CreatedToken? _created;
    private bool _isAdmin;
    private bool _isPerson;
    private string? _refusal;
    private string? _newRefusal;

    [Inject]
    public required AccessTokens Tokens { get; init; }

    [SupplyParameterFromForm(FormName = "new-token")]
    public NewToken? Input { get; set; }

    protected override async Task OnInitializedAsync()
    {
        Input ??= new();
        var caller = await CallerAsync();
        (_isAdmin, _isPerson) = (caller.IsAdmin, caller.IsPerson());
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        var caller = await CallerAsync();
        _choices = _isPerson ? await Tokens.ModelChoicesAsync(caller, Cancel) : [];
        _tokens = [.. (await Tokens.ListAsync(caller, Cancel)).Select(t => new OwnedToken(t, caller.Name, IsOfServiceAccount: false))];
        _modelNames = await Tokens.ModelNamesAsync(caller, _tokens.Select(t => t.Token), Cancel);
    }

    // The text is shown in the answer to the form itself: it is in no address, no cookie and no history.
    private async Task CreateAsync()
    {
        _newRefusal = Lives.Contains(Input!.Days)
            ? await TryAsync(async caller => _created = await Tokens.CreateAsync(caller, Input.Name ?? "", Input.AllScopes, TimeSpan.FromDays(Input.Days), Cancel, Input.Models))
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

    /// <summary>What the form sends; a training job's scopes to begin with.</summary>
    public sealed class NewToken
    {
        public string? Name { get; set; }
        public List<string> Scopes { get; set; } =
            [nameof(MlHub.Access.Scopes.TrackingRead), nameof(MlHub.Access.Scopes.TrackingWrite), nameof(MlHub.Access.Scopes.ArtifactsRead), nameof(MlHub.Access.Scopes.ArtifactsWrite),
             nameof(MlHub.Access.Scopes.RegistryRead), nameof(MlHub.Access.Scopes.RegistryWrite)];
        public int Days { get; set; } = 90;

        /// <summary>The only models that it is good for; none for no such limit.</summary>
        public List<string> Models { get; set; } = [];

        internal Scopes AllScopes =>
            Scopes.Select(s => Enum.TryParse<Scopes>(s, out var scope) ? scope : MlHub.Access.Scopes.None).Aggregate(MlHub.Access.Scopes.None, (all, one) => all | one);
    }
}
