using System.Net.Http;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MlHub.Access;

namespace MlHub.Deployments;

/// <summary>
/// TorchServe's management interface (pytorch.org/serve/management_api.html). The version's one archive (.mar) is registered by a signed link, gets its workers, becomes the
/// default, and then the versions before it are unregistered, so that calls are answered all the time. Its version is what the archive says, not the
/// registry's number: an archive that says what is registered already can only take its place after it.
/// </summary>
internal sealed partial class TorchServeTarget(IOutgoingCalls calls, FileLinks links) : IDeploymentTarget
{
    private const string Archive = ".mar";

    private static readonly TimeSpan Short = TimeSpan.FromSeconds(15), Long = TimeSpan.FromMinutes(5), LinkLife = TimeSpan.FromHours(1);

    public TargetKind Kind => TargetKind.TorchServe;

    public async Task CheckAsync(TargetAccess target, CancellationToken cancel) => await AskAsync(target, HttpMethod.Get, "models?limit=1", Short, cancel);

    public async Task<string?> DeployAsync(TargetAccess target, DeployedVersion wanted, CancellationToken cancel)
    {
        var (model, archives) = (NameOf(wanted.Version.Key.Model), wanted.Version.Files.Where(f => f.Path.EndsWith(Archive, StringComparison.Ordinal)).ToList());
        if (archives.Count != 1)
        {
            throw new DeploymentException($"{wanted.Version.Key} has {archives.Count} archives ({Archive}) among its files; TorchServe needs one, made with torch-model-archiver.", isFinal: true);
        }

        var before = await VersionsAsync(target, model, cancel);
        var registered = await RegisterAsync(target, model, wanted, archives[0].Path, before, cancel);
        await AskAsync(target, HttpMethod.Put, $"models/{model}/{registered}?min_worker={target.Settings.Workers}&synchronous=true", Long, cancel);
        await AskAsync(target, HttpMethod.Put, $"models/{model}/{registered}/set-default", Short, cancel);
        foreach (var old in before.Where(v => v != registered))
        {
            await UnregisterAsync(target, model, old, cancel);
        }

        return $"TorchServe calls it version {registered}.";
    }

    public async Task RemoveAsync(TargetAccess target, Caller owner, string model, CancellationToken cancel)
    {
        var name = NameOf(model);
        // The default one can only be unregistered as the last.
        var (all, last) = (await VersionsAsync(target, name, cancel), await DefaultOrNullAsync(target, name, cancel));
        foreach (var version in all.Where(v => v != last).Concat(all.Where(v => v == last)))
        {
            await UnregisterAsync(target, name, version, cancel);
        }
    }

    /// <summary>The version that the archive says it is.</summary>
    private async Task<string> RegisterAsync(TargetAccess target, string model, DeployedVersion wanted, string path, List<string> before, CancellationToken cancel)
    {
        var (first, conflict) = await TryRegisterAsync(target, model, wanted, path, cancel);
        if (first is not null)
        {
            return first;
        }

        var taken = conflict!;
        if (before.Contains(taken) && await DefaultOrNullAsync(target, model, cancel) == taken)
        {
            foreach (var other in before.Where(v => v != taken))
            {
                await UnregisterAsync(target, model, other, cancel);
            }
        }

        await UnregisterAsync(target, model, taken, cancel);
        return (await TryRegisterAsync(target, model, wanted, path, cancel)).Registered
            ?? throw new DeploymentException($"TorchServe says that version {taken} is registered, though it was unregistered just now.", isFinal: false);
    }

    private async Task<(string? Registered, string? Conflict)> TryRegisterAsync(TargetAccess target, string model, DeployedVersion wanted, string path, CancellationToken cancel)
    {
        // TorchServe keeps the archive under the last part of the address, and refuses a name that it has already.
        var name = $"{model}-{wanted.Version.Key.Number}-{Guid.NewGuid():N}{Archive}";
        var link = links.Make(wanted, path, name, LinkLife)
            ?? throw new DeploymentException("Nobody told this hub where it is reached, so TorchServe cannot fetch the archive: an operator sets MlHub:PublicUrl.", isFinal: true);
        var answer = await calls.AskAsync(
            new(HttpMethod.Post, new(target.Url!, $"models?url={Uri.EscapeDataString(link.AbsoluteUri)}&model_name={model}&initial_workers=0&synchronous=true"), target.Key, null, Long), cancel);
        if (answer.Status == 409 && Conflict().Match(answer.Body) is { Success: true } conflict)
        {
            return (null, conflict.Groups["version"].Value);
        }

        Require(answer, "POST models", link.AbsoluteUri);
        return Registered().Match(answer.Json()?["status"]?.ToString() ?? "") is { Success: true } registered
            ? (registered.Groups["version"].Value, null)
            : throw new DeploymentException("TorchServe registered the archive and does not say as which version.", isFinal: true);
    }

    private async Task UnregisterAsync(TargetAccess target, string model, string version, CancellationToken cancel) =>
        await AskAsync(target, HttpMethod.Delete, $"models/{model}/{Uri.EscapeDataString(version)}", Short, cancel, absent: true);

    private async Task<List<string>> VersionsAsync(TargetAccess target, string model, CancellationToken cancel) => VersionsOf(await AskAsync(target, HttpMethod.Get, $"models/{model}/all", Short, cancel, absent: true));

    private async Task<string?> DefaultOrNullAsync(TargetAccess target, string model, CancellationToken cancel) =>
        VersionsOf(await AskAsync(target, HttpMethod.Get, $"models/{model}", Short, cancel, absent: true)).FirstOrDefault();

    private static List<string> VersionsOf(JsonNode? described) =>
        described is JsonArray list ? [.. list.Select(m => m?["modelVersion"]?.ToString()).OfType<string>().Where(v => VersionName().IsMatch(v))] : [];

    /// <summary>Null where there is nothing, if that is allowed.</summary>
    private async Task<JsonNode?> AskAsync(TargetAccess target, HttpMethod method, string path, TimeSpan patience, CancellationToken cancel, bool absent = false)
    {
        var answer = await calls.AskAsync(new(method, new(target.Url!, path), target.Key, null, patience), cancel);
        if (absent && answer.Status == 404)
        {
            return null;
        }

        Require(answer, $"{method} {path.Split('?')[0]}");
        return answer.Json();
    }

    private static void Require(CallAnswer answer, string call, string? secret = null)
    {
        if (answer.Status is >= 200 and < 300)
        {
            return;
        }

        // Its words may repeat the link, which opens the archive to whoever reads them.
        var said = (answer.Json()?["message"]?.ToString() ?? answer.Body).Replace(secret ?? "\0", "its link", StringComparison.Ordinal).Trim();
        var hint = answer.Status == 405 ? " Models can be registered only where it was started with --enable-model-api." : "";
        throw answer.Status is { } status
            ? new DeploymentException($"TorchServe answered {status} to {call}: {said}{hint}", isFinal: status is >= 400 and < 500 and not (408 or 409 or 429))
            : new DeploymentException($"TorchServe did not answer {call}: {answer.Error}", isFinal: false);
    }

    private static string NameOf(string model) => ModelName().IsMatch(model)
        ? model
        : throw new DeploymentException("TorchServe takes names of letters, digits, '.', '-' and '_' only; the model's name has others.", isFinal: true);

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    private static partial Regex ModelName();

    [GeneratedRegex("^[A-Za-z0-9._+-]{1,100}$")]
    private static partial Regex VersionName();

    [GeneratedRegex("Version: (?<version>[A-Za-z0-9._+-]{1,100}) registered")]
    private static partial Regex Registered();

    [GeneratedRegex("Model version (?<version>[A-Za-z0-9._+-]{1,100}) is already registered")]
    private static partial Regex Conflict();
}
