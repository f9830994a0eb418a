using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;

namespace MlHub.Artifacts;

/// <summary>
/// How much each experiment holds, as a running total in memory that is read again from the rows every minute: so it follows what
/// was deleted, moved or stored by another node, and no upload has to wait for another's row.
/// </summary>
public sealed class ExperimentQuota(HubDbFactory hub, ArtifactSettings settings, TimeProvider clock)
{
    private static readonly TimeSpan ReadAgain = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<long, Total> _totals = new();

    /// <summary>Room for one upload to grow in, which counts until it is disposed of; null where nothing limits it.</summary>
    /// <param name="experimentId">Null for what belongs to no experiment.</param>
    /// <exception cref="HubException">StorageFull where there is none left.</exception>
    internal async Task<Room?> OpenAsync(long? experimentId, CancellationToken cancel)
    {
        if (settings.QuotaPerExperiment == 0 || experimentId is not { } id)
        {
            return null;
        }

        var total = _totals.GetOrAdd(id, _ => new());
        if (clock.GetUtcNow() - total.ReadAt >= ReadAgain)
        {
            await using var db = hub.Open();
            (total.Stored, total.ReadAt) = (await db.SizesOf(id).SumAsync(cancel), clock.GetUtcNow());
        }

        var room = new Room(total, settings.QuotaPerExperiment);
        room.Take(0);
        return room;
    }

    internal sealed class Total
    {
        public long Stored;
        public long UnderWay;
        public DateTimeOffset ReadAt = DateTimeOffset.MinValue;
    }

    /// <summary>What one upload has taken so far.</summary>
    internal sealed class Room(Total total, long quota) : IDisposable
    {
        private long _taken;

        public void Take(long bytes)
        {
            _taken += bytes;
            var all = Interlocked.Add(ref total.UnderWay, bytes) + Interlocked.Read(ref total.Stored);
            if (bytes == 0 ? all >= quota : all > quota)
            {
                throw new HubException(
                    HubError.StorageFull,
                    $"The experiment's quota of {quota} bytes for artifacts is used up. Nothing was stored: delete what is not needed, or ask an administrator for more.");
            }
        }

        /// <summary>The bytes are stored and a row tells of them.</summary>
        public void Settle(long bytes) => Interlocked.Add(ref total.Stored, bytes);

        public void Dispose() => Interlocked.Add(ref total.UnderWay, -_taken);
    }
}
