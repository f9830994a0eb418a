using System.Diagnostics;
using MlHub.Access;
using MlHub.Scoring;

namespace MlHub.Serving.Traffic;

/// <summary>Where one request goes.</summary>
public sealed record CallRoute
{
    public required ScoringTarget Target { get; init; }

    /// <summary>Who answers where a version that only has a share of the requests does not; null where the target is the registry's version.</summary>
    public ScoringTarget? Present { get; init; }

    internal IReadOnlyList<TrafficShare> Shadows { get; init; } = [];
}

/// <summary>What came of it.</summary>
/// <param name="Answer">Of whoever answered.</param>
/// <param name="Version">Their number.</param>
/// <param name="Elapsed">How long they took.</param>
public sealed record RoutedAnswer(ScoringAnswer Answer, int Version, TimeSpan Elapsed);

/// <summary>Brings requests to the versions that the registry and the running rules say, and copies of them to shadows.</summary>
public sealed class RoutedCalls
{
    private readonly ServedModels _served;
    private readonly ServingRoutes _routes;
    private readonly Scorers _scorers;
    private readonly TrafficTrials _trials;
    private readonly Shadows _shadows;
    private readonly ModelCalls _calls;

    internal RoutedCalls(ServedModels served, ServingRoutes routes, Scorers scorers, TrafficTrials trials, Shadows shadows, ModelCalls calls) =>
        (_served, _routes, _scorers, _trials, _shadows, _calls) = (served, routes, scorers, trials, shadows, calls);

    /// <summary>Who answers a request.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="name">The model.</param>
    /// <param name="selector">A number, a stage, an alias with an @ before it; null for the version that is meant where none is named.</param>
    /// <param name="key">Requests with the same key are answered by the same version, while the shares stay; null for whichever comes.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="HubException">As <see cref="ServedModels.FindAsync"/>.</exception>
    public async ValueTask<CallRoute> FindAsync(Caller caller, string name, string? selector, string? key, CancellationToken cancel)
    {
        var present = selector is null ? await _served.FindDefaultAsync(caller, name, cancel) : await _served.FindAsync(caller, name, selector, cancel);
        if ((await _routes.FindAsync(name, cancel))?.Traffic.GetValueOrDefault(present.Selector) is not { } traffic)
        {
            return new() { Target = present };
        }

        var shadows = traffic.Shadows.FindAll(s => Random.Shared.NextDouble() * 100 < s.Percent);
        var share = traffic.At(key is null ? Random.Shared.Next(TrafficSlots.Count) : TrafficSlots.Of(key, present.ModelId, present.Selector));
        var trial = _trials.Of(traffic, share);
        if (share is not null && share.Version.Id != present.VersionId && trial?.Verdict is null)
        {
            var scorer = _scorers.Of(share.Version);
            if (scorer.IsReady)
            {
                return new() { Target = new(present.ModelId, share.Version.Id, share.Version.Number, present.Selector, scorer), Present = present, Shadows = shadows };
            }

            scorer.Start();
        }

        return new() { Target = present, Shadows = shadows };
    }

    /// <summary>Asks; where a version that only has a share cannot answer, the registry's does.</summary>
    /// <exception cref="ScoringException">As <see cref="ModelCalls.AskAsync"/>.</exception>
    public async Task<RoutedAnswer> AskAsync(CallRoute route, RequestForm form, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        var since = Stopwatch.GetTimestamp();
        try
        {
            return Told(await _calls.AskAsync(route.Target, form, body, cancel), route.Target);
        }
        catch (ScoringException e) when (e.Status is 429 or 503 && route.Present is not null)
        {
            since = Stopwatch.GetTimestamp();
            return Told(await _calls.AskAsync(route.Present.Value, form, body, cancel), route.Present.Value);
        }

        RoutedAnswer Told(ScoringAnswer answer, ScoringTarget by) => new(answer, by.Version, Stopwatch.GetElapsedTime(since));
    }

    /// <summary>Has the shadows asked the same, once the caller has the answer. Nobody waits for it.</summary>
    public void Copy(CallRoute route, RequestForm form, ReadOnlyMemory<byte> body, RoutedAnswer answered)
    {
        foreach (var shadow in route.Shadows)
        {
            if (shadow.Version.Number != answered.Version)
            {
                _shadows.Offer(shadow, new(form, body, answered.Answer, answered.Elapsed));
            }
        }
    }
}
