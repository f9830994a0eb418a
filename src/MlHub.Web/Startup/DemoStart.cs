using System.Security.Cryptography;
using System.Text.Json;
using MlHub.Adapters;
using MlHub.Demo;
using MlHub.Demo.Bots;
using MlHub.Demo.Mlflow;
using MlHub.Web.Access;

namespace MlHub.Web.Startup;

/// <summary>
/// Fills a hub for looking around: three people with passwords made up for this hub, models that are trained now, through
/// the public REST API, by one of them, a bot that tests what comes after the first ones, and a site that asks for prices.
/// </summary>
public sealed class DemoStart(HubSettings settings, DataDirectory data, People people)
{
    private const string Scientist = "dana", Engineer = "omar", Administrator = "ada";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public async Task RunAsync(Uri hub, CancellationToken cancel)
    {
        var (user, password, readers, administrator) = ("local", "local", (string[])[], (string?)null);
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
            (user, password, readers, administrator) = (Scientist, signIns[Scientist], [Engineer], signIns[Administrator]);
        }

        var options = new DemoOptions { ShareWith = readers };
        var demo = await DemoTraining.RunAsync(hub, user, password, options with { Plans = [.. TrainingPlan.Defaults.Where(p => !p.Live)] }, Console.Out, cancel);
        await Console.Out.WriteLineAsync($"The demo's models are at {hub}experiments/{demo.ExperimentId}");
        var more = TrainingPlan.Defaults.Where(p => p.Live);
        if (administrator is not null && DemoBots.AreThere)
        {
            using var setUp = new BotSetUp(hub, MlflowCredentials.Basic(Administrator, administrator));
            var (chat, site) = await DemoBots.StartAsync(hub, data, setUp, options.ModelName, cancel);
            await Console.Out.WriteLineAsync($"A bot tests new versions of {hub}models/{options.ModelName}, and what a chat is told stands at {chat}");
            await Console.Out.WriteLineAsync($"A site that asks its version in Production for prices is at {site}");
            more = TrainingPlan.ForTheBot.Concat(more);
        }
        else if (administrator is not null)
        {
            await Console.Out.WriteLineAsync($"There is no bot beside this hub: {DemoBots.WhereToPut}");
        }

        if (demo.Runs.Count > 0)
        {
            await DemoTraining.RunAsync(hub, user, password, options with { Plans = [.. more], ShareWith = [], Force = true }, Console.Out, cancel);
        }
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
