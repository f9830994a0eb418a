using System.Collections.Concurrent;
using System.Diagnostics;

namespace MlHub.Bench;

/// <summary>A stage is asked 200 times a second while it moves between two versions fifty times; whoever asks after a move was acknowledged must be answered by the version that it moved to.</summary>
internal sealed class MoveLoads(HubProcess hub, BenchOptions options)
{
    public const string Head = "| load | moves | requests | requests/s | p50 ms | p99 ms | slowest ms | p99 ms of a move | failed | wrong version |";

    private const int Moves = 50, PerSecond = 200, Senders = 8;

    /// <summary>The version that was acknowledged last; 0 while a move is under way.</summary>
    private volatile int _acknowledged = 1;

    public IEnumerable<string> All()
    {
        var forest = BoostedForest.On(hub, "moving-forest");
        forest.Register(BoostedForest.Onnx(1));
        forest.Register(BoostedForest.Onnx(2));
        forest.Serve();
        string[] answers = ["", forest.Answer("1"), forest.Answer("2")];
        forest.Move("1", "Production");
        forest.Answer("Production");
        yield return Run("a stage that stays", forest, answers, 0);
        yield return Run("a stage that moves", forest, answers, Moves);
    }

    private string Run(string name, ServedModel forest, string[] answers, int moves)
    {
        var (request, times, moveTimes) = (forest.Request("Production"), new ConcurrentBag<double>(), new List<double>());
        var (failed, wrong, isOver) = (0, 0, false);
        var since = Stopwatch.StartNew();
        var senders = Enumerable.Range(0, Senders).Select(sender => Task.Factory.StartNew(() => Send(sender), TaskCreationOptions.LongRunning)).ToArray();
        for (var move = 1; move <= Moves; move++)
        {
            if (moves > 0)
            {
                var next = move % 2 == 0 ? 1 : 2;
                _acknowledged = 0;
                var start = Stopwatch.GetTimestamp();
                forest.Move($"{next}", "Production");
                moveTimes.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                _acknowledged = next;
            }

            var rest = (2 * options.Length * move / Moves) - since.Elapsed;
            Thread.Sleep(rest > TimeSpan.Zero ? rest : TimeSpan.Zero);
        }

        Volatile.Write(ref isOver, true);
        Task.WaitAll(senders);
        var (sorted, sortedMoves) = (times.Order().ToList(), moveTimes.Order().ToList());
        return $"| {name} | {moves} | {sorted.Count} | {sorted.Count / since.Elapsed.TotalSeconds:F0} | {At(sorted, 0.5):F2} | {At(sorted, 0.99):F2} | {At(sorted, 1):F1} | {(moves > 0 ? $"{At(sortedMoves, 0.99):F0}" : "")} | {failed} | {wrong} |";

        void Send(int sender)
        {
            using var connection = new RawConnection(hub.Port);
            for (var sent = sender; !Volatile.Read(ref isOver); sent += Senders)
            {
                // Whoever is late does not wait, so that the pace is kept; the time is from when it was due.
                var due = TimeSpan.FromSeconds((double)sent / PerSecond);
                Thread.Sleep(due > since.Elapsed ? due - since.Elapsed : TimeSpan.Zero);
                var expected = _acknowledged;
                var (status, answer) = connection.Send(request);
                times.Add((since.Elapsed - due).TotalMilliseconds);
                _ = status == 200 ? 0 : Interlocked.Increment(ref failed);
                _ = expected == 0 || expected != _acknowledged || answer == answers[expected] ? 0 : Interlocked.Increment(ref wrong);
            }
        }
    }

    private static double At(List<double> sorted, double share) => sorted[(int)((sorted.Count - 1) * share)];
}
