using System.Diagnostics;
using MlHub.Torture;

if (TortureOptions.ReadOrNull(args) is not { } options)
{
    Console.Error.WriteLine(TortureOptions.Usage);
    return 2;
}

Scenario[] all = [.. KillRows.All, .. DiskRows.All, .. DamageRows.All, .. LimitRows.All, .. TimeRows.All, .. NetworkRows.All, .. StartRows.All, .. ServerRows.All, .. LengthRows.All];
Console.WriteLine($"seed {options.Seed}, scale {options.Scale}\n\n| row | fault | result | seconds |\n|---|---|---|---|");
var failed = 0;
foreach (var scenario in all.Where(s => options.Rows.Count == 0 || options.Rows.Contains(s.Row)).OrderBy(s => s.Row))
{
    var began = Stopwatch.StartNew();
    string result;
    try
    {
        using var patient = new Patient(options);
        result = await scenario.RunAsync(patient);
    }
    catch (NotPossibleHereException e)
    {
        result = $"not possible here: {e.Message}";
    }
    catch (Exception e)
    {
        // Whatever it is, it is the finding; the other rows go on.
        failed++;
        result = $"FAILED: {e}";
    }

    Console.WriteLine($"| {scenario.Row} | {scenario.Fault} | {result} | {began.Elapsed.TotalSeconds:0} |");
}

return failed == 0 ? 0 : 1;
