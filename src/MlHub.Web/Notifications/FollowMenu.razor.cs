using Microsoft.AspNetCore.Components;
using MlHub.Live;
using MlHub.Notifications;
using MlHub.Web.Access;

namespace MlHub.Web.Notifications;

/// <summary>What the viewer hears of a model and, where one is given, of a version. Nothing is shown where nobody signs in.</summary>
public partial class FollowMenu
{
    private static readonly (FollowLevel Level, string Name, string Meaning)[] Levels =
    [
        (FollowLevel.All, "All activity", "Everything that happens on this model"),
        (FollowLevel.Followed, "Versions I follow", "And what waits for my decision"),
        (FollowLevel.Muted, "Nothing", "Unless somebody mentions me"),
    ];

    private FollowState? _state;

    [Inject]
    public required Follows Follows { get; init; }

    [Parameter, EditorRequired]
    public required string Model { get; set; }

    [Parameter]
    public int? Version { get; set; }

    private string Word => _state switch
    {
        { Level: FollowLevel.Muted } => "Muted",
        { FollowsVersion: true } => "Following",
        { Level: FollowLevel.All } => "All activity",
        _ => "Follow",
    };

    protected override async Task OnParametersSetAsync() => await FollowAsync(Topics.Inbox((await CallerAsync()).Id));

    protected override async Task LoadAsync()
    {
        var caller = await CallerAsync();
        _state = caller.IsPerson() ? await Follows.GetAsync(caller, Model, Version, CancellationToken.None) : null;
    }

    private Task FollowModelAsync(FollowLevel level) => ActAsync(caller => Follows.SetModelAsync(caller, Model, level, CancellationToken.None));

    private Task FollowVersionAsync(int number, bool follow) => ActAsync(caller => Follows.SetVersionAsync(caller, new(Model, number), follow, CancellationToken.None));

    private async Task ActAsync(Func<Caller, Task> act)
    {
        try
        {
            await act(await CallerAsync());
            await TryLoadAsync();
        }
        catch (HubException refusal)
        {
            Refusal = refusal.Message;
        }
    }
}
