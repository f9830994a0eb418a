using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using MlHub.Web.Access;
using MlHub.Web.Shell;
using MlHub.Web.Startup;

namespace MlHub.Web.Account;

/// <summary>Sets up, replaces and turns off one's own second factor. Keys and codes are shown in the answer to a form only.</summary>
public partial class SecondFactorPage
{
    private HubUser? _user;
    private OfferedKey? _offer;
    private IReadOnlyList<string>? _recovery;
    private int _codesLeft;
    private bool _isDemanded;
    private bool _wasDue;
    private string? _refusal;
    private string? _done;

    [Inject]
    public required SecondFactors Factors { get; init; }

    [Inject]
    public required AccountChanges Changes { get; init; }

    [Inject]
    public required UserManager<HubUser> Users { get; init; }

    [Inject]
    public required HubSettings Settings { get; init; }

    [SupplyParameterFromForm(FormName = "change")]
    public Asked? Ask { get; set; }

    private string CodesLeft => _codesLeft == 0
        ? "You have no recovery codes left: make new ones."
        : $"You have {_codesLeft} recovery {(_codesLeft == 1 ? "code" : "codes")} left.";

    /// <summary>What authenticator apps read. The host tells hubs apart in the app's list.</summary>
    private string Link
    {
        get
        {
            var (issuer, account) = (Uri.EscapeDataString($"MlHub {new Uri(Navigation.BaseUri).Host}"), Uri.EscapeDataString(_user!.UserName!));
            return $"otpauth://totp/{issuer}:{account}?secret={_offer!.Key}&issuer={issuer}&digits=6&period=30";
        }
    }

    protected override async Task OnInitializedAsync()
    {
        Ask ??= new();
        var state = await SignedIn;
        if (!state.User.AsCaller().IsPerson())
        {
            Navigation.NavigateTo(HubUrls.Account);
            return;
        }

        _wasDue = SecondFactorGate.IsDue(state.User);
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        _user = await Changes.FindAsync(await CallerAsync());
        _isDemanded = Settings.SecondFactor.Demands(_user);
        _codesLeft = _user.TwoFactorEnabled ? await Users.CountRecoveryCodesAsync(_user) : 0;
    }

    private async Task ChangeAsync()
    {
        var (password, code) = (Ask!.Password ?? "", Ask.Code ?? "");
        _refusal = await TryAsync(async caller =>
        {
            switch (Ask.Action)
            {
                case "replace":
                    _offer = await Factors.OfferAsync(caller, password, code, Cancel);
                    break;
                case "turn-on":
                    await TurnOnAsync(caller, Ask.Ticket ?? "", code);
                    break;
                case "codes":
                    _recovery = await Factors.ReplaceCodesAsync(caller, password, code, Cancel);
                    break;
                case "off":
                    await Factors.TurnOffAsync(caller, password, code, Cancel);
                    _done = "The second factor is off.";
                    break;
            }
        });
        await LoadAsync();
    }

    private async Task TurnOnAsync(Caller caller, string ticket, string code)
    {
        // If the code is wrong the same key is shown again: the app has it already.
        _offer = Factors.ReadOffer(caller, ticket);
        _recovery = await Factors.TurnOnAsync(caller, ticket, code, Cancel);
    }

    private static string Spaced(string key) => string.Join(' ', key.Chunk(4).Select(c => new string(c)));

    /// <summary>What the form sends, which is one by name in all its states: an answer finds only a form that the page begins with.</summary>
    public sealed class Asked
    {
        public string? Password { get; set; }
        public string? Code { get; set; }
        public string? Ticket { get; set; }
        public string? Action { get; set; }
    }
}
