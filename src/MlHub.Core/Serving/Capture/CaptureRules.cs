using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;

namespace MlHub.Serving.Capture;

/// <summary>Knows of which models requests are kept, without asking the database for each request. What it knows may be some seconds old: whoever stores asks again.</summary>
internal sealed class CaptureRules(HubDbFactory hub)
{
    private volatile IReadOnlyDictionary<long, double> _shares = new Dictionary<long, double>();

    /// <summary>The share of the model's requests that is kept.</summary>
    public double ShareOf(long modelId) => _shares.GetValueOrDefault(modelId);

    public async Task RefreshAsync(CancellationToken cancel)
    {
        await using var db = hub.Open();
        _shares = await db.ModelServing.AsNoTracking().Where(s => s.CaptureShare > 0).ToDictionaryAsync(s => s.ModelId, s => s.CaptureShare, cancel);
    }
}

/// <summary>What happened to a model's sampled requests since this process started.</summary>
/// <param name="Kept">Stored.</param>
/// <param name="Crowded">Not stored as too many came at once.</param>
/// <param name="TooLarge">Not stored as the request or its answer was too large.</param>
/// <param name="Unclear">Not stored as it could not be told what in it is redacted, or it was no request at all.</param>
public sealed record CaptureCounts(long Kept, long Crowded, long TooLarge, long Unclear)
{
    public static readonly CaptureCounts None = new(0, 0, 0, 0);
}

/// <summary>Counts by model, in memory alone.</summary>
internal sealed class CaptureTally
{
    private readonly ConcurrentDictionary<long, CaptureCounts> _counts = new();

    public CaptureCounts Of(long modelId) => _counts.GetValueOrDefault(modelId, CaptureCounts.None);

    public void Add(long modelId, long kept = 0, long crowded = 0, long tooLarge = 0, long unclear = 0) => _counts.AddOrUpdate(
        modelId, new CaptureCounts(kept, crowded, tooLarge, unclear), (_, was) => new(was.Kept + kept, was.Crowded + crowded, was.TooLarge + tooLarge, was.Unclear + unclear));
}
