using System.Globalization;
using MlHub.Bench;

// dotnet run -c Release --project bench/MlHub.Bench -- FOLDER [SECONDS [registry]]; FOLDER is what `dotnet publish src/MlHub.Web -c Release -o FOLDER` made.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.Length == 0 || !File.Exists(Path.Combine(args[0], "MlHub.Web.dll")))
{
    Console.Error.WriteLine("Name the folder that `dotnet publish src/MlHub.Web -c Release -o FOLDER` made.");
    return 1;
}

var length = TimeSpan.FromSeconds(args.Length > 1 ? double.Parse(args[1], CultureInfo.InvariantCulture) : 5);
var starts = new List<double>();
for (var i = 0; i < 3; i++)
{
    using var once = HubProcess.Launch(args[0]);
    starts.Add(once.Start.TotalSeconds);
}

using var hub = HubProcess.Launch(args[0]);
Thread.Sleep(TimeSpan.FromSeconds(3));
Console.WriteLine($"start to first answer, new data directory: {starts.Order().ElementAt(1):F2} s (median of {starts.Count})");
Console.WriteLine($"memory, idle: {hub.ResidentMiB:F0} MiB");
Console.WriteLine();
Console.WriteLine("| load | connections | requests/s | p50 ms | p99 ms | server CPU ms a request | errors |");
Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|");
var registry = new RegistryLoads(hub, length).All();
foreach (var f in args.Contains("registry") ? registry : new TrackingLoads(hub, length).All().Concat(registry))
{
    Console.WriteLine($"| {f.Name} | {f.Connections} | {f.PerSecond:F0} | {f.P50:F2} | {f.P99:F2} | {f.CpuPerRequest:F3} | {f.Errors} |");
}

Console.WriteLine();
Console.WriteLine($"memory after all of it: {hub.ResidentMiB:F0} MiB");
return 0;
