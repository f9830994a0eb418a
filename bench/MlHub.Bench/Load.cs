using System.Collections.Concurrent;
using System.Diagnostics;

namespace MlHub.Bench;

/// <summary>What a load did: requests a second, latencies in milliseconds, the server's CPU time a request in milliseconds and what that should be at most.</summary>
internal sealed record Figures(string Name, int Connections, double PerSecond, double P50, double P95, double P99, double CpuPerRequest, double Goal, int Errors)
{
    public const string Head = "| load | connections | requests/s | p50 ms | p95 ms | p99 ms | server CPU ms a request | goal | errors |";

    public override string ToString() =>
        $"| {Name} | {Connections} | {PerSecond:F0} | {P50:F2} | {P95:F2} | {P99:F2} | {CpuPerRequest:F2} | {Goal:0.##}{(CpuPerRequest <= Goal ? "" : ", missed")} | {Errors} |";
}

/// <summary>Sends requests from some connections for some seconds, each as soon as the one before is answered.</summary>
internal static class Load
{
    private const int EnoughToWarm = 2000;

    /// <summary>At which every load is measured.</summary>
    public static readonly int[] Connections = [1, 8, 32];

    /// <summary>The load at each number of connections, one after the other.</summary>
    public static IEnumerable<Figures> RunAll(HubProcess hub, string name, double goal, TimeSpan length, Func<int, byte[]> request) =>
        Connections.Select(connections => Run(hub, name, goal, connections, length, request));

    /// <summary>The load at one number of connections.</summary>
    public static Figures Run(HubProcess hub, string name, double goal, int connections, TimeSpan length, Func<int, byte[]> request)
    {
        WarmUp(hub, connections, length, request);
        var cpu = hub.CpuSeconds;
        var watch = Stopwatch.StartNew();
        var (times, errors) = Drive(hub, connections, length, request, 0);
        var seconds = watch.Elapsed.TotalSeconds;
        cpu = hub.CpuSeconds - cpu;
        times.Sort();
        return new(
            name, connections, times.Count / seconds, Percentile(times, 0.50), Percentile(times, 0.95), Percentile(times, 0.99),
            cpu * 1000 / Math.Max(1, times.Count), goal, errors);
    }

    /// <summary>.NET compiles what runs often a second and a third time, after hundreds of calls: no figure of a server that has just started.</summary>
    private static void WarmUp(HubProcess hub, int connections, TimeSpan length, Func<int, byte[]> request)
    {
        for (var (round, sent) = (0, 0); round < 6 && (round < 2 || sent < EnoughToWarm); round++)
        {
            sent += Drive(hub, connections, length / 2, request, 1_000_000_000 + sent).Times.Count;
        }
    }

    private static (List<double> Times, int Errors) Drive(HubProcess hub, int connections, TimeSpan length, Func<int, byte[]> request, int from)
    {
        var (all, errors, next) = (new ConcurrentBag<List<double>>(), 0, from);
        var ends = Stopwatch.GetTimestamp() + (long)(length.TotalSeconds * Stopwatch.Frequency);
        Parallel.For(0, connections, new() { MaxDegreeOfParallelism = connections }, _ =>
        {
            using var connection = new RawConnection(hub.Port);
            var times = new List<double>();
            while (Stopwatch.GetTimestamp() < ends)
            {
                var message = request(Interlocked.Increment(ref next));
                var start = Stopwatch.GetTimestamp();
                if (connection.Send(message).Status != 200)
                {
                    Interlocked.Increment(ref errors);
                }

                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            all.Add(times);
        });
        return ([.. all.SelectMany(t => t)], errors);
    }

    private static double Percentile(List<double> sorted, double share) => sorted.Count == 0 ? double.NaN : sorted[(int)((sorted.Count - 1) * share)];
}
