using System.Globalization;
using MlHub.Bench;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (BenchOptions.ParseOrNull(args) is not { } options)
{
    Console.Error.WriteLine(BenchOptions.Usage);
    return 1;
}

if (options.Wants("start"))
{
    Print(StartLoads.Head, StartLoads.Small(options.Folder));
}

if (options.Wants("webhooks"))
{
    Print(WebhookLoads.Head, new WebhookLoads(options.Folder).All());
}

using var hub = HubProcess.Launch(options.Folder);
Thread.Sleep(TimeSpan.FromSeconds(3));
Console.WriteLine($"memory, idle: {hub.ResidentMiB:F0} MiB (goal 180)");
hub.ActAsPlainAccount();
var filled = new FilledRuns(hub, options);
Print(Figures.Head, Loads().Select(f => f.ToString()));
Print(ArtifactLoads.Head, options.Wants("artifact") ? new ArtifactLoads(hub, options).All() : []);
Print(MoveLoads.Head, options.Wants("moves") ? new MoveLoads(hub, options).All() : []);
Print(BatchLoads.Head, options.Wants("batch") ? new BatchLoads(hub, options).All() : []);
Print(LiveLoads.Head, options.Wants("live") ? new LiveLoads(hub, options).All() : []);
Print(PageLoads.Head, options.Wants("pages") ? new PageLoads(hub, filled).All() : []);
Console.WriteLine($"memory after all of it: {hub.ResidentMiB:F0} MiB, at most {hub.PeakMiB:F0} MiB (goal 400)");
if (options.Wants("start"))
{
    Print(StartLoads.Head, StartLoads.Filled(options.Folder, hub));
}

return 0;

IEnumerable<Figures> Loads() => new (string Name, Func<IEnumerable<Figures>> Run)[]
{
    ("log-metric", () => new LogLoads(hub, options).Metrics()),
    ("log-batch", () => new LogLoads(hub, options).Batches()),
    ("create-run", () => new RunLoads(hub, options).Create()),
    ("get-run", () => new RunLoads(hub, options).Get()),
    ("history", () => new RunLoads(hub, options).History()),
    ("curve", () => new CurveLoads(hub, options).All()),
    ("search", () => new SearchLoads(hub, options).All()),
    ("table", () => new TableLoads(hub, options, filled).All()),
    ("compare", () => new CompareLoads(hub, options, filled).All()),
    ("registry", () => new RegistryLoads(hub, options).All()),
    ("serving", () => new ServingLoads(hub, options).All()),
}.Where(l => options.Wants(l.Name)).SelectMany(l => l.Run());

static void Print(string head, IEnumerable<string> lines)
{
    foreach (var (line, i) in lines.Select((l, i) => (l, i)))
    {
        Console.WriteLine(i == 0 ? $"\n{head}\n|---|{string.Concat(Enumerable.Repeat("---:|", head.Count(c => c == '|') - 2))}\n{line}" : line);
    }

    Console.WriteLine();
}
