using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace ModelGate.Receiving;

/// <summary>What became of a delivery at the door.</summary>
public enum Acceptance
{
    New,

    /// <summary>The same id waits, is worked on, or was done just now: a retry, or somebody's replay.</summary>
    Known,

    /// <summary>Too much is waiting; the hub may come again later.</summary>
    Full,
}

/// <summary>
/// Deliveries that were accepted and are not done yet, and for ten minutes the ids of those that are: for longer nobody could replay them, and who
/// sends one again on purpose wants it done again. With a folder they outlive the process: what was promised with a 2xx is then done after a restart.
/// </summary>
public sealed class Inbox
{
    private const int Room = 200;
    private static readonly TimeSpan Memory = 2 * WebhookSignature.Tolerance;

    private readonly Channel<Delivery> _waiting = Channel.CreateBounded<Delivery>(Room);
    private readonly HashSet<string> _known = [];
    private readonly Queue<(string Id, DateTimeOffset At)> _done = new();
    private readonly Lock _lock = new();
    private readonly TimeProvider _clock;
    private readonly string? _folder;

    public Inbox(string? folder, TimeProvider clock, ILogger<Inbox> logger)
    {
        (_folder, _clock) = (folder, clock);
        if (folder is not null)
        {
            Directory.CreateDirectory(folder);
            foreach (var left in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal).Select(Read).OfType<Delivery>())
            {
                logger.LogInformation("{Delivery} was accepted before the last stop and is done now", left.Id);
                Accept(left);
            }
        }
    }

    public Acceptance Accept(Delivery delivery)
    {
        lock (_lock)
        {
            while (_done.TryPeek(out var oldest) && oldest.At + Memory <= _clock.GetUtcNow())
            {
                _known.Remove(_done.Dequeue().Id);
            }

            if (_known.Contains(delivery.Id))
            {
                return Acceptance.Known;
            }

            if (_waiting.Reader.Count >= Room)
            {
                return Acceptance.Full;
            }

            Keep(delivery);
            _known.Add(delivery.Id);
            _waiting.Writer.TryWrite(delivery);
            return Acceptance.New;
        }
    }

    public IAsyncEnumerable<Delivery> ReadAllAsync(CancellationToken cancel) => _waiting.Reader.ReadAllAsync(cancel);

    public void Done(Delivery delivery)
    {
        if (_folder is not null)
        {
            File.Delete(FileOf(delivery.Id));
        }

        lock (_lock)
        {
            _done.Enqueue((delivery.Id, _clock.GetUtcNow()));
        }
    }

    /// <summary>It stays in the folder, and is taken again when it is sent again.</summary>
    public void Failed(Delivery delivery)
    {
        lock (_lock)
        {
            _known.Remove(delivery.Id);
        }
    }

    private void Keep(Delivery delivery)
    {
        if (_folder is not null)
        {
            var file = FileOf(delivery.Id);
            File.WriteAllText(file + ".new", JsonSerializer.Serialize(delivery));
            File.Move(file + ".new", file, overwrite: true);
        }
    }

    private static Delivery? Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<Delivery>(File.ReadAllText(file));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>An id comes from outside, so it is no file name.</summary>
    private string FileOf(string id) => Path.Combine(_folder!, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id))) + ".json");
}
