using EdgeScorer;
using MlHub.Client;

using CancellationTokenSource end = new();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    end.Cancel();
};

try
{
    await Scorer.RunAsync(ScorerSettings.Read(args, Environment.GetEnvironmentVariable), Console.In, Console.Out, Console.Error, end.Token);
    return 0;
}
catch (Exception e) when (e is MlHubException or FormatException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
