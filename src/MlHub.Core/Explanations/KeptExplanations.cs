using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MlHub.Operations;

namespace MlHub.Explanations;

/// <summary>
/// Explanations in memory, by what they are made of; those that nobody asked for longest go first. What was computed is kept over a restart as well; what is
/// forgotten is read or computed again.
/// </summary>
public sealed class KeptExplanations(IKeptBytes bytes, long mostValues = Limits.KeptExplanationValues)
{
    // Their number goes up when the same files are to give another result.
    private const string Computed = "explanations-1", OfFiles = "explained-1";

    private const int MostPairs = 20;

    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<(string Key, Explanation Explanation)>> _byKey = [];
    private readonly LinkedList<(string Key, Explanation Explanation)> _byUse = [];
    private long _values;

    public Explanation? FindOrNull(string key) =>
        InMemoryOrNull(key) ?? (bytes.FindOrNull(Computed, key) is { } json && JsonSerializer.Deserialize<Explanation>(json, Json) is { } again ? Keep(key, again) : null);

    /// <summary>What was computed last of one of these models for one of these samples.</summary>
    internal Explanation? OfFilesOrNull(ExplanationFiles files) =>
        files.Models.SelectMany(m => files.Samples.Select(s => NameOf(m, s))).Take(MostPairs)
            .Select(pair => bytes.FindOrNull(OfFiles, pair) is { } key ? FindOrNull(Encoding.ASCII.GetString(key)) : null).FirstOrDefault(e => e is not null);

    /// <summary>Keeps what took long to compute, also over a restart.</summary>
    internal void KeepComputed(ExplanationJob job, Explanation explanation)
    {
        Keep(job.Key, explanation);
        bytes.Keep(Computed, job.Key, JsonSerializer.SerializeToUtf8Bytes(explanation, Json));
        bytes.Keep(OfFiles, NameOf(job.Model, job.Sample), Encoding.ASCII.GetBytes(job.Key));
    }

    private static string NameOf(ExplanationFile model, ExplanationFile sample) => ExplanationReader.KeyOf(model.Digest, sample.Digest, []);

    private Explanation? InMemoryOrNull(string key)
    {
        lock (_lock)
        {
            if (!_byKey.TryGetValue(key, out var node))
            {
                return null;
            }

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Explanation;
        }
    }

    public Explanation Keep(string key, Explanation explanation)
    {
        lock (_lock)
        {
            if (_byKey.TryAdd(key, new((key, explanation))))
            {
                _byUse.AddFirst(_byKey[key]);
                _values += explanation.Size;
            }

            while (_values > mostValues && _byUse.Last is { } oldest && oldest.Value.Key != key)
            {
                _byUse.RemoveLast();
                _byKey.Remove(oldest.Value.Key);
                _values -= oldest.Value.Explanation.Size;
            }
        }

        return explanation;
    }
}
