using Microsoft.AspNetCore.Components;

namespace MlHub.Web.Access;

public partial class GroupsPage
{
    private List<GroupDetails>? _groups;
    private List<string> _accounts = [];
    private string? _refusal;
    private string? _newRefusal;

    [Inject]
    public required Groups Groups { get; init; }

    [Inject]
    public required Principals Principals { get; init; }

    [SupplyParameterFromForm]
    public Named? Input { get; set; }

    protected override Task OnInitializedAsync() => LoadAsync();

    private Task<bool> LoadAsync() => FoundByAdminAsync(async caller =>
    {
        _groups = await Groups.ListAsync(caller, Cancel);
        _accounts = [.. (await Principals.ListAsync(caller, Cancel)).Where(p => p.Kind != PrincipalKind.Group).Select(p => p.Name)];
    });

    private async Task CreateAsync()
    {
        _newRefusal = await TryAsync(caller => Groups.CreateAsync(caller, Input?.Name ?? "", Cancel));
        await LoadAsync();
    }

    private Task RenameAsync(string group) => DoAsync(caller => Groups.RenameAsync(caller, group, Input?.Name ?? "", Cancel));

    private Task DeleteAsync(string group) => DoAsync(caller => Groups.DeleteAsync(caller, group, Cancel));

    private Task AddAsync(string group) => DoAsync(caller => Groups.AddMemberAsync(caller, group, Input?.Name?.Trim() ?? "", Cancel));

    private Task RemoveAsync(string group, string member) => DoAsync(caller => Groups.RemoveMemberAsync(caller, group, member, Cancel));

    private async Task DoAsync(Func<Caller, Task> act)
    {
        _refusal = await TryAsync(act);
        await LoadAsync();
    }

    /// <summary>What the forms send: a group's name, or an account's.</summary>
    public sealed class Named
    {
        public string? Name { get; set; }
    }
}
