using System.Text.Json;
using MlHub.Adapters.Operations;
using MlHub.Operations;
using MlHub.Web.Startup;

namespace MlHub.Web.Operations;

/// <summary><c>doctor [--digests] [--json]</c>: looks at all that the hub keeps, beside a running one or without it.</summary>
public static class DoctorCommand
{
    private const string Digests = "--digests", Json = "--json";
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>0 where nothing is wrong, else 1.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = new CommandArguments(args[1..], [], [Digests, Json]);
        await using var services = arguments.OpenDatabase();
        var doctor = new Doctor(services.GetRequiredService<HubDbFactory>(), arguments.Options(withKeys: false), arguments.Has(Digests), StandardError.Progress);
        var diagnosis = await doctor.ExamineAsync(CancellationToken.None);
        if (arguments.Has(Json))
        {
            await Console.Out.WriteLineAsync(JsonSerializer.Serialize(new { Sound = diagnosis.IsSound, diagnosis.Digest, diagnosis.Findings }, Indented));
        }
        else
        {
            foreach (var finding in diagnosis.Findings)
            {
                await Console.Out.WriteLineAsync($"{finding.State switch { FindingState.Ok => "ok", FindingState.Warning => "WARNING", _ => "ERROR" },-8} {finding.Check,-15} {finding.Detail}");
            }

            await Console.Out.WriteLineAsync($"{"digest",-24} {diagnosis.Digest ?? "unknown"}");
        }

        return diagnosis.IsSound ? 0 : 1;
    }
}
