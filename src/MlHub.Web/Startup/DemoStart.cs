using System.Security.Cryptography;
using System.Text.Json;
using MlHub.Adapters;
using MlHub.Demo;
using MlHub.Web.Access;

namespace MlHub.Web.Startup;

/// <summary>
/// Fills a hub for looking around: three people with passwords made up for this hub, and models that are trained now, through
/// the public REST API, by one of them.
/// </summary>
public sealed class DemoStart(HubSettings settings, DataDirectory data, People people)
{
    private const string Scientist = "dana", Engineer = "omar", Administrator = "ada";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public async Task RunAsync(Uri hub, CancellationToken cancel)
    {
        var (user, password, readers) = ("local", "local", (string[])[]);
        if (settings.Access == AccessMode.Accounts)
        {
            var signIns = await SignInsAsync(cancel);
            await Console.Out.WriteLineAsync(
                $"""

                  MlHub's demo is at {hub}
                    data scientist   {Scientist,-5} {signIns[Scientist]}
                    MLOps engineer   {Engineer,-5} {signIns[Engineer]}
                    administrator    {Administrator,-5} {signIns[Administrator]}

                """);
            (user, password, readers) = (Scientist, signIns[Scientist], [Engineer]);
        }

        var demo = await DemoTraining.RunAsync(hub, user, password, new DemoOptions { ShareWith = readers }, Console.Out, cancel);
        await Console.Out.WriteLineAsync($"The demo's models are at {hub}experiments/{demo.ExperimentId}");
    }

    /// <summary>The passwords are kept in a file of the data directory, since accounts keep only their hashes.</summary>
    private async Task<Dictionary<string, string>> SignInsAsync(CancellationToken cancel)
    {
        var file = Path.Combine(data.Path, "demo-sign-ins.json");
        if (File.Exists(file))
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(await File.ReadAllTextAsync(file, cancel))!;
        }

        var signIns = new[] { Scientist, Engineer, Administrator }.ToDictionary(name => name, _ => MakeUpPassword());
        foreach (var (name, password) in signIns)
        {
            await people.CreateAsync(Caller.System, name, password, isAdmin: name == Administrator, cancel);
        }

        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(signIns, Indented), cancel);
        return signIns;
    }

    private static string MakeUpPassword() =>
        string.Join('-', Enumerable.Range(0, 4).Select(_ => RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", 4)));
}
