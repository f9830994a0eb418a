using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace MlHub.Web.Access;

/// <summary>Who may do what with a model, an experiment, a folder of experiments or, as the model <c>root</c>, the whole registry; for those who may change it.</summary>
public partial class SharingPanel
{
    public const string OfModel = "model";
    public const string OfExperiment = "experiment";
    public const string OfFolder = "folder";

    private List<Share<RegistryPermission>>? _shares;
    private List<Principal> _choices = [];
    private string? _refusal;

    [Inject]
    public required RegistrySharing Models { get; init; }

    [Inject]
    public required ExperimentSharing Experiments { get; init; }

    [Inject]
    public required FolderSharing Folders { get; init; }

    [Inject]
    public required Principals Principals { get; init; }

    /// <summary><see cref="OfModel"/>, <see cref="OfExperiment"/> or <see cref="OfFolder"/>.</summary>
    [Parameter, EditorRequired]
    public required string Kind { get; set; }

    /// <summary>A model's public id, an experiment's number, or a folder's path.</summary>
    [Parameter, EditorRequired]
    public required string ObjectId { get; set; }

    [SupplyParameterFromForm]
    public Shared? Share { get; set; }

    private IReadOnlyList<LevelNames> Levels => Kind == OfModel ? LevelNames.OfModels : LevelNames.OfExperiments;

    private long ExperimentId => long.Parse(ObjectId, CultureInfo.InvariantCulture);

    protected override Task OnParametersSetAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        var refusal = await TryAsync(async caller =>
        {
            _shares = Kind == OfModel
                ? await Models.ListAsync(caller, ObjectId, Cancel)
                : [.. (Kind == OfFolder ? await Folders.ListAsync(caller, ObjectId, Cancel) : await Experiments.ListAsync(caller, ExperimentId, Cancel)).AsRegistry()];
            var present = _shares.Where(s => !s.IsInherited).Select(s => s.Who).ToHashSet();
            _choices = [.. (await Principals.ListAsync(caller, Cancel)).Where(p => !present.Contains(p)).OrderBy(p => p.Kind)];
        });
        if (refusal is not null)
        {
            (_shares, _refusal) = (null, refusal);
        }
    }

    private async Task ChangeAsync()
    {
        _refusal = Parse(Share?.Who) is { } who && Enum.TryParse<RegistryPermission>(Share?.Level, out var level) && (level == RegistryPermission.None || Levels.Any(l => l.Level == level))
            ? await TryAsync(caller => Kind == OfModel
                ? Models.ChangeAsync(caller, ObjectId, [new(who, level)], replace: false, Cancel)
                : Kind == OfFolder ? Folders.ChangeAsync(caller, ObjectId, [new(who, level.AsExperiments())], replace: false, Cancel)
                : Experiments.ChangeAsync(caller, ExperimentId, [new(who, level.AsExperiments())], replace: false, Cancel))
            : "Choose somebody, and what they may do.";
        await LoadAsync();
    }

    /// <summary>Where an inherited share comes from: its words, what they mean, and the folder if it is one.</summary>
    private static (string Text, string Meaning, string? Folder) OriginOf(Share<RegistryPermission> share) =>
        share.InheritedFrom is { } from && from.StartsWith("/directories/", StringComparison.Ordinal) && from["/directories/".Length..] is var folder
            ? ($"From folder {folder}", "Given on the folder, for every experiment below it", folder)
            : ("From all models", "Given on the registry's root; administrators change it there", null);

    private static string ValueOf(Principal who) => $"{who.Kind}:{who.Name}";

    private static Principal? Parse(string? value) =>
        value?.Split(':', 2) is [var kind, { Length: > 0 } name] && Enum.TryParse<PrincipalKind>(kind, out var known) ? new(known, name) : null;

    private static string IconOf(PrincipalKind kind) => kind switch { PrincipalKind.Group => "users", PrincipalKind.ServiceAccount => "bot", _ => "user" };

    private static string KindName(PrincipalKind kind) => kind switch { PrincipalKind.Group => "Group", PrincipalKind.ServiceAccount => "Service account", _ => "Person" };

    private static string PluralOf(PrincipalKind kind) => kind switch { PrincipalKind.Group => "Groups", PrincipalKind.ServiceAccount => "Service accounts", _ => "People" };

    /// <summary>What the forms send.</summary>
    public sealed class Shared
    {
        public string? Who { get; set; }
        public string? Level { get; set; }
    }
}
