using Microsoft.AspNetCore.Components;
using MlHub.Deployments;

namespace MlHub.Web.Deployments;

public partial class DeploymentTargetsPage
{
    private List<FoundTarget>? _targets;
    private string? _refusal;
    private string? _newRefusal;
    private string? _done;

    [Inject]
    public required DeploymentTargets Targets { get; init; }

    [SupplyParameterFromForm(FormName = "new-target")]
    public TargetInput? Input { get; set; }

    protected override Task OnInitializedAsync()
    {
        Input ??= new();
        return LoadAsync();
    }

    private Task<bool> LoadAsync() => FoundByAdminAsync(async caller => _targets = await Targets.ListAsync(caller, Cancel));

    private async Task CreateAsync()
    {
        var input = Input!;
        _newRefusal = await TryAsync(caller => Targets.CreateAsync(
            caller, new(input.Name ?? "", input.Kind, input.Url, input.Key, new(input.Workers, input.SendFiles)), Cancel));
        if (_newRefusal is null)
        {
            Input = new();
        }

        await LoadAsync();
    }

    private async Task CheckAsync(string name)
    {
        _refusal = await TryAsync(async caller =>
        {
            var problem = await Targets.CheckAsync(caller, name, Cancel);
            _done = problem is null ? $"{name} answers and lets this hub in." : throw HubException.Invalid($"{name}: {problem}");
        });
        await LoadAsync();
    }

    private async Task DeleteAsync(string name)
    {
        _refusal = await TryAsync(caller => Targets.DeleteAsync(caller, name, Cancel));
        await LoadAsync();
    }

    private static string Extra(DeploymentTarget target, TargetSettings settings) => target.Kind switch
    {
        TargetKind.TorchServe => settings.Workers == 1 ? " · 1 worker" : $" · {settings.Workers} workers",
        TargetKind.OpenInference when settings.SendFiles => " · files are sent",
        _ => "",
    };

    /// <summary>What the form sends.</summary>
    public sealed class TargetInput
    {
        public string? Name { get; set; }
        public TargetKind Kind { get; set; } = TargetKind.OpenInference;
        public string? Url { get; set; }
        public string? Key { get; set; }
        public int Workers { get; set; } = 1;
        public bool SendFiles { get; set; }
    }
}
