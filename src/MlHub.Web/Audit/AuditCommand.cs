using MlHub.Adapters;
using MlHub.Adapters.Databases;
using MlHub.Events;
using MlHub.Web.Startup;

namespace MlHub.Web.Audit;

/// <summary>
/// <c>audit verify</c> on the command line: reads the chain without starting a server, beside a running one or without any.
/// </summary>
public static class AuditCommand
{
    public static bool Is(string[] args) => args is ["audit", "verify", ..];

    /// <summary>0 where the chain is whole, else 1.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args[2..], ContentRootPath = AppContext.BaseDirectory });
        var settings = HubSettings.Read(builder.Configuration, args);
        var services = new ServiceCollection().AddLogging();
        services.AddMlHubDatabase(settings.Database, settings.DatabaseConnection ?? ReadOnly(DataDirectory.DatabaseFileIn(settings.DataDirectory)));
        await using var provider = services.BuildServiceProvider();
        var report = await new AuditChain(provider.GetRequiredService<HubDbFactory>()).VerifyAsync(Caller.System, null, CancellationToken.None);
        Console.WriteLine($"{report.Links} links hold; the last has the hash {report.Head}.");
        if (report.Fault is { } fault)
        {
            Console.WriteLine($"The chain is broken at link {fault.Seq}. {fault.Reason}");
        }

        return report.IsWhole ? 0 : 1;
    }

    private static string ReadOnly(string file) =>
        File.Exists(file) ? $"Data Source={file};Mode=ReadOnly" : throw new SettingException("MlHub:DataDirectory", $"holds no database: there is no {file}");
}
