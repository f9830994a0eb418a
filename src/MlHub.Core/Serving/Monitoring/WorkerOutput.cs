using System.Collections.Concurrent;
using MlHub.Live;

namespace MlHub.Serving.Monitoring;

/// <summary>How loud a line is, as far as its words tell.</summary>
public enum LineLevel
{
    Plain,
    Warning,
    Error,
}

/// <summary>Something that a worker wrote.</summary>
/// <param name="Seq">Counts the lines of the version, from 1.</param>
/// <param name="At">When it came.</param>
/// <param name="Level">Guessed from its words.</param>
/// <param name="Text">Without control characters; of a long line the beginning.</param>
public sealed record WorkerLine(long Seq, DateTimeOffset At, LineLevel Level, string Text);

/// <summary>The last lines that the workers of each version wrote on this node, in memory.</summary>
internal sealed class WorkerOutput(LiveFeed feed, TimeProvider clock)
{
    public const int MostLines = 500, MostCharacters = 1000;
    private const int MostVersions = 100;

    private readonly ConcurrentDictionary<long, Ring> _byVersion = new();

    public void Add(RoutedVersion version, string line)
    {
        var ring = _byVersion.GetOrAdd(version.Id, _ => new());
        ring.Add(clock.GetUtcNow(), line);
        if (_byVersion.Count > MostVersions)
        {
            _byVersion.TryRemove(_byVersion.Where(r => r.Key != version.Id).MinBy(r => r.Value.LastAt));
        }

        feed.Announce(Topics.WorkerOutput(version.Model));
    }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<WorkerLine> Of(long versionId) => _byVersion.TryGetValue(versionId, out var ring) ? ring.Lines : [];

    private sealed class Ring
    {
        private readonly Queue<WorkerLine> _lines = new();
        private long _seq;

        public DateTimeOffset LastAt { get; private set; }

        public IReadOnlyList<WorkerLine> Lines
        {
            get
            {
                lock (_lines)
                {
                    return [.. _lines];
                }
            }
        }

        public void Add(DateTimeOffset at, string line)
        {
            var text = WorkerLines.Shown(line, MostCharacters);
            lock (_lines)
            {
                LastAt = at;
                _lines.Enqueue(new(++_seq, at, WorkerLines.LevelOf(text), text));
                if (_lines.Count > MostLines)
                {
                    _lines.Dequeue();
                }
            }
        }
    }
}
