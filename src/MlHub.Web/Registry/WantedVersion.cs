using MlHub.Access;
using MlHub.Registry;
using MlHub.Web.Shell;

namespace MlHub.Web.Registry;

/// <summary>What somebody enters to register a model.</summary>
public sealed class WantedVersion
{
    public string? Model { get; set; }
    public string? Description { get; set; }
}

/// <summary>Makes a folder of a run, or a logged model, the next version of a model, which may be new.</summary>
public sealed class Registrations(RegisteredModels models, ModelVersions versions, ModelSummaries summaries)
{
    /// <summary>The models that the caller may add versions to.</summary>
    public Task<List<string>> NamesAsync(Caller caller, CancellationToken cancel) => summaries.EditableAsync(caller, cancel);

    /// <param name="caller">Who registers.</param>
    /// <param name="source"><c>runs:/RUN/FOLDER</c> or <c>models:/MODEL</c>.</param>
    /// <param name="wanted">As it was entered.</param>
    /// <param name="cancel">Ends the attempt.</param>
    /// <returns>The address of the version.</returns>
    /// <exception cref="HubException">As the registry refuses it.</exception>
    public async Task<string> MakeAsync(Caller caller, string source, WantedVersion wanted, CancellationToken cancel)
    {
        var name = wanted.Model?.Trim() ?? "";
        if (!(await NamesAsync(caller, cancel)).Contains(name))
        {
            await models.CreateAsync(caller, name, null, [], cancel);
        }

        var made = await versions.CreateAsync(caller, new(name, source, null, null, null, wanted.Description?.Trim(), []), cancel);
        return HubUrls.Version(name, made.Version.Number);
    }
}
