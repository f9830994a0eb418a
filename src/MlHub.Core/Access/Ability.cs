namespace MlHub.Access;

/// <summary>A row of the permission matrix: something one may do with a model or experiment, and the lowest level that allows it.</summary>
public sealed record Ability(string Name, RegistryPermission Needed)
{
    /// <summary>Everything that can be done with a registered model, as its operations ask for it.</summary>
    public static IReadOnlyList<Ability> OnModels { get; } =
    [
        new("View the model, its versions, requests, activities and files", RegistryPermission.Read),
        new("Request a stage for a version", RegistryPermission.Read),
        new("Comment", RegistryPermission.Read),
        new("Add a version", RegistryPermission.Edit),
        new("Change the descriptions of the model and its versions", RegistryPermission.Edit),
        new("Set tags on the model and its versions", RegistryPermission.Edit),
        new("Move a version among None, Staging and Archived", RegistryAccess.NeededToMove(Registry.Stage.None, Registry.Stage.Staging)),
        new("Approve or reject a request among None, Staging and Archived", RegistryAccess.NeededToMove(Registry.Stage.Archived, Registry.Stage.Staging)),
        new("Move a version into or out of Production", RegistryAccess.NeededToMove(Registry.Stage.Production, Registry.Stage.Archived)),
        new("Approve or reject a request into or out of Production", RegistryAccess.NeededToMove(Registry.Stage.Staging, Registry.Stage.Production)),
        new("Cancel somebody else's request", RegistryPermission.Manage),
        new("Rename the model", RegistryPermission.Manage),
        new("Change permissions", RegistryPermission.Manage),
        new("Delete the model and its versions", RegistryPermission.Manage),
    ];

    /// <summary>The same for an experiment, whose levels are three of the model's.</summary>
    public static IReadOnlyList<Ability> OnExperiments { get; } =
    [
        new("View, search and compare runs", RegistryPermission.Read),
        new("View and download artifacts", RegistryPermission.Read),
        new("Create, delete and restore runs", RegistryPermission.Edit),
        new("Log params, metrics and tags", RegistryPermission.Edit),
        new("Log artifacts", RegistryPermission.Edit),
        new("Change the experiment's name, description and tags", RegistryPermission.Edit),
        new("Delete artifacts", RegistryPermission.Manage),
        new("Delete and restore the experiment", RegistryPermission.Manage),
        new("Change permissions", RegistryPermission.Manage),
    ];
}
