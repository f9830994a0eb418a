using System.Text.Json;

namespace MlHub.Client;

/// <summary>
/// A model of the hub in this program. It may be asked from many threads at once. After <see cref="Watch"/> it follows its name: the version that the name comes to
/// lead to is downloaded, checked and loaded beside the old one and then takes its place between two calls; those under way end on the old one.
/// </summary>
public sealed class HubModel : IAsyncDisposable, IDisposable
{
    private readonly MlHubClient _client;
    private readonly ModelUri _uri;
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private volatile ModelSession _session;
    private string? _tag;
    private Task? _watching;

    internal HubModel(MlHubClient client, ModelUri uri, ModelSession session, string? tag, bool fromCache) =>
        (_client, _uri, _session, _tag, IsFromCache) = (client, uri, session, tag, fromCache);

    /// <summary>Which version answers now.</summary>
    public ModelVersion Version => _session.Version;

    /// <summary>Whether the hub could not be reached when this version was loaded.</summary>
    public bool IsFromCache { get; private set; }

    /// <summary>Asks the model, with the rules by which the hub enforces its signature. Computes on the caller's thread.</summary>
    /// <param name="rows">
    /// A row or a list of rows. A row is a dictionary or any object: its keys or properties are the columns, by the signature's names and in any order. NaN stands for
    /// a missing number.
    /// </param>
    /// <param name="parameters">The signature's parameters that are to differ from their defaults.</param>
    /// <exception cref="MlHubException">BadInput, naming the column and what was expected.</exception>
    public Predictions Predict(object rows, IReadOnlyDictionary<string, object?>? parameters = null) => Ask(ScoringRequest.Of(rows, parameters));

    /// <summary>The same on another thread.</summary>
    public Task<Predictions> PredictAsync(object rows, CancellationToken cancel = default) => Task.Run(() => Predict(rows), cancel);

    /// <summary>The same with each row's answer as a <typeparamref name="T"/>; see <see cref="Predictions.As{T}"/>.</summary>
    public Task<IReadOnlyList<T>> PredictAsync<T>(object rows, CancellationToken cancel = default) => Task.Run(() => Predict(rows).As<T>(), cancel);

    /// <summary>Asks with a request of MLflow's scoring protocol, UTF-8: the only way for tensors.</summary>
    /// <exception cref="MlHubException">BadInput.</exception>
    public Predictions PredictJson(ReadOnlyMemory<byte> request) => Ask(request);

    /// <summary>From now on the hub is asked now and then whether the name leads to another version. A version that cannot be loaded never takes a working one's place.</summary>
    /// <param name="every">How long to wait between two looks; some tenths are added by chance, so that many devices do not ask at once.</param>
    /// <param name="changed">Hears of each swap, after it.</param>
    /// <param name="failed">Hears why a look failed; the next one comes all the same.</param>
    /// <exception cref="InvalidOperationException">Where it is watched already.</exception>
    public void Watch(TimeSpan every, Action<ModelVersion, ModelVersion>? changed = null, Action<Exception>? failed = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(every, TimeSpan.Zero);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_end.IsCancellationRequested, this);
            _watching = _watching is null ? Task.Run(() => FollowAsync(every, changed, failed, _end.Token)) : throw new InvalidOperationException("The model is watched already.");
        }
    }

    /// <summary>Looks once whether the name leads to another version, and takes that.</summary>
    /// <returns>Whether another version answers now.</returns>
    /// <exception cref="MlHubException">As <see cref="MlHubClient.LoadModelAsync"/> says; the old version goes on to answer.</exception>
    public async Task<bool> RefreshAsync(CancellationToken cancel = default)
    {
        if (await _client.LoadAsync(_uri, _tag, orFromCache: false, cancel).ConfigureAwait(false) is not { } next)
        {
            return false;
        }

        ModelSession old;
        lock (_gate)
        {
            if (_end.IsCancellationRequested)
            {
                next.Session.Dispose();
                return false;
            }

            (old, _session, _tag, IsFromCache) = (_session, next.Session, next.Tag, next.FromCache);
        }

        old.Dispose();
        return old.Version.Number != next.Session.Version.Number;
    }

    /// <summary>Ends the watch and gives the memory back once calls under way have ended.</summary>
    public async ValueTask DisposeAsync()
    {
        Dispose();
        await (_watching ?? Task.CompletedTask).ConfigureAwait(false);
    }

    /// <summary>The same without waiting for the watch to end.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _end.Cancel();
            _session.Dispose();
        }
    }

    private Predictions Ask(ReadOnlyMemory<byte> request)
    {
        while (true)
        {
            var session = _session;
            try
            {
                return Predictions.Of(session.Version, session.Answer(request));
            }
            catch (ObjectDisposedException) when (session != _session)
            {
                // Swapped between the look and the call: its successor answers.
            }
            catch (ObjectDisposedException)
            {
                throw new ObjectDisposedException(nameof(HubModel));
            }
        }
    }

    private async Task FollowAsync(TimeSpan every, Action<ModelVersion, ModelVersion>? changed, Action<Exception>? failed, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(every * (1 + (Random.Shared.NextDouble() / 5)), cancel).ConfigureAwait(false);
                var before = Version;
                if (await RefreshAsync(cancel).ConfigureAwait(false))
                {
                    changed?.Invoke(before, Version);
                }
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                failed?.Invoke(e);
            }
        }
    }
}
