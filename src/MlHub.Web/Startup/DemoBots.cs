using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MlHub.Adapters;
using MlHub.Demo.Bots;

namespace MlHub.Web.Startup;

/// <summary>
/// The samples as the demo shows them, in processes of their own on this machine: the bot that tests new versions, what stands in for a chat, and a site
/// that asks the model for prices. They know the hub by its REST API and its webhooks alone, and end with it.
/// </summary>
internal static class DemoBots
{
    private const string Gate = "ModelGate", Chat = "ChatReceiver", Site = "PriceSite";

    /// <summary>Runs what follows until its input ends, as it does with the hub, however that ends.</summary>
    private const string EndWithInput = "\"$@\" & read -r _; kill $!";

    /// <summary>Built or published beside the hub.</summary>
    public static bool AreThere => new[] { Gate, Chat, Site }.All(sample => FindOrNull(sample) is not null);

    /// <summary>How they come beside it.</summary>
    public static string WhereToPut { get; } =
        $"`dotnet publish samples/{Gate} -o {Path.Combine(AppContext.BaseDirectory, "samples", Gate)}`, the same for {Chat} and {Site}, and start the demo with a new data directory.";

    /// <summary>Lets webhooks reach this machine where the operator has said nothing about it.</summary>
    public static void AllowThisMachine(ConfigurationManager configuration)
    {
        var allowed = configuration.GetSection("MlHub:Webhooks:AllowedNetworks");
        if (string.IsNullOrEmpty(allowed.Value) && !allowed.GetChildren().Any())
        {
            configuration.AddInMemoryCollection([new("MlHub:Webhooks:AllowedNetworks:0", "127.0.0.0/8"), new("MlHub:Webhooks:AllowHttp", "true")]);
        }
    }

    /// <summary>Starts them; returns where the chat can be read and where prices are told.</summary>
    /// <param name="hub">Where the hub listens.</param>
    /// <param name="data">The bot keeps here what it has accepted and not done.</param>
    /// <param name="setUp">Gives bot and site their accounts and makes the webhooks.</param>
    /// <param name="model">The model that the bot guards and the site asks.</param>
    /// <param name="cancel">Ends them.</param>
    public static async Task<(Uri Chat, Uri Site)> StartAsync(Uri hub, DataDirectory data, BotSetUp setUp, string model, CancellationToken cancel)
    {
        var (gate, chat, site) = (FreeAddress(), FreeAddress(), FreeAddress());
        Start(Chat, chat, new Dictionary<string, string>(), cancel);
        var access = await setUp.AllowAsync(model, new(gate, "webhook"), new(chat, "services/demo"), cancel);
        Start(Gate, gate, new Dictionary<string, string>
        {
            ["Gate__Hub"] = hub.AbsoluteUri,
            ["Gate__Token"] = access.Token,
            ["Gate__Secret"] = access.Secret,
            ["Gate__Inbox"] = Path.Combine(data.Path, "demo-inbox"),
        }, cancel);
        Start(Site, site, new Dictionary<string, string>
        {
            ["Price__Hub"] = hub.AbsoluteUri,
            ["Price__Token"] = await setUp.AllowAskingAsync(model, cancel),
            ["Price__Model"] = model,
        }, cancel);
        return (chat, site);
    }

    private static void Start(string sample, Uri address, Dictionary<string, string> environment, CancellationToken cancel)
    {
        string[] command = ["dotnet", FindOrNull(sample)!, "--urls", address.AbsoluteUri, "--Logging:Console:FormatterName=simple", "--Logging:Console:FormatterOptions:SingleLine=true"];
        command = OperatingSystem.IsWindows() ? command : ["sh", "-c", EndWithInput, "sh", .. command];
        // Not in the folder of the hub's own settings.
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(FindOrNull(sample)),
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, said) => Tell(sample, said.Data);
        process.ErrorDataReceived += (_, said) => Tell(sample, said.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        cancel.Register(() =>
        {
            if (OperatingSystem.IsWindows() && !process.HasExited)
            {
                process.Kill();
            }

            process.StandardInput.Close();
        });
    }

    private static void Tell(string sample, string? line)
    {
        if (line is { Length: > 0 })
        {
            Console.Out.WriteLine($"{sample,-12} | {line}");
        }
    }

    private static string? FindOrNull(string sample)
    {
        var beside = new DirectoryInfo(AppContext.BaseDirectory);
        return new[] { Path.Combine(beside.FullName, "samples", sample), Path.Combine(beside.FullName, "..", "..", sample, beside.Name) }
            .Select(folder => Path.GetFullPath(Path.Combine(folder, $"{sample}.dll"))).FirstOrDefault(File.Exists);
    }

    private static Uri FreeAddress()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return new($"http://127.0.0.1:{((IPEndPoint)socket.LocalEndpoint).Port}/");
    }
}
