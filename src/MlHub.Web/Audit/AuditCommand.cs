using MlHub.Events;
using MlHub.Web.Startup;

namespace MlHub.Web.Audit;

/// <summary>
/// <c>audit verify</c> on the command line: reads the chain without starting a server, beside a running one or without any.
/// </summary>
public static class AuditCommand
{
    /// <summary>0 where the chain is whole, else 1.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        await using var services = new CommandArguments(args[2..]).OpenDatabase();
        var report = await new AuditChain(services.GetRequiredService<HubDbFactory>()).VerifyAsync(Caller.System, null, CancellationToken.None);
        Console.WriteLine($"{report.Links} links hold; the last has the hash {report.Head}.");
        if (report.Fault is { } fault)
        {
            Console.WriteLine($"The chain is broken at link {fault.Seq}. {fault.Reason}");
        }

        return report.IsWhole ? 0 : 1;
    }
}
