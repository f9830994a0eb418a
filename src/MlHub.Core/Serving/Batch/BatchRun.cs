using System.Runtime.CompilerServices;
using System.Threading.Channels;
using MlHub.Access;
using MlHub.Artifacts;
using MlHub.Scoring.Signatures;
using MlHub.Scoring.Workers;

namespace MlHub.Serving.Batch;

/// <summary>
/// One job from where it is to its end. While a part is saved the next rows are written, two chunks are computed and another is read; of each there are few, so that
/// memory does not depend on the source's length.
/// </summary>
internal sealed class BatchRun(BatchJob job, BatchLedger ledger, BatchSources sources, BatchRights rights, ServedModels served, IBlobStore blobs, BatchSettings settings, TimeProvider clock, Action onPart)
{
    private const int InFlight = 2, PartBytes = 8 << 20;

    private static readonly TimeSpan PartTime = TimeSpan.FromSeconds(2);

    private Stream? _opened;

    /// <exception cref="BatchFailedException">It cannot go on.</exception>
    /// <exception cref="HubException">It may not go on, or the database or the store is away.</exception>
    /// <exception cref="LostJobException">It is somebody else's now.</exception>
    public async Task RunAsync(CancellationToken cancel)
    {
        var creator = await rights.CreatorAsync(job.CreatedBy, cancel);
        var name = await rights.ModelNameAsync(job.ModelId, cancel);
        var (position, part) = await ledger.PositionAsync(job.Id, cancel);
        var source = BatchSource.Of(job.SourceJson);
        var version = job.Version;
        if (version is null || source.Files is null || IsToBeginAnew(source))
        {
            (version, var digest) = await rights.VersionAsync(creator, name, job.Selector, job.Version, cancel);
            source = await sources.SettleAsync(creator, source with { Files = null }, cancel);
            if (source.Url is not null)
            {
                (source, _opened) = await sources.OpenFirstAsync(source, cancel);
            }

            await ledger.SettleAsync(job, version.Value, digest, source, cancel);
            (position, part) = (BatchPosition.Beginning, 0);
        }
        else
        {
            await sources.RequireUnchangedAsync(creator, source, cancel);
        }

        await WriteAsync(creator, name, $"{version}", source, position, part, cancel);
    }

    /// <summary>An address that tells neither an ETag nor a time of change may lead to something else by now.</summary>
    private static bool IsToBeginAnew(BatchSource source) => source.Url is not null && source.Files![0].Tag is null;

    private async Task WriteAsync(Caller creator, string name, string version, BatchSource source, BatchPosition position, int part, CancellationToken cancel)
    {
        var described = await served.DescribeAsync(creator, name, version, cancel);
        var scorer = await FindAsync(cancel);
        var outputs = (await scorer.DescribeAsync(cancel)).Outputs.Select(o => o.Name).ToList();
        HashSet<string> inputs = [.. described.Signature.Where(s => s.Part == SignaturePart.Inputs).SelectMany(s => s.Fields).Where(f => f.HasName).Select(f => f.Name)];
        BatchOutput output = new(source, position.Columns, outputs.Count > 0 ? outputs : ["prediction"]);
        RowReader reader = new(source.Files!, inputs, OpenAsync);
        ChunkScorer scoring = new(FindAsync, inputs, settings.RefusedRows, clock);
        var (rows, refused, allRefused) = (0, 0, part == 0 ? 0 : job.RefusedRows);
        var since = clock.GetTimestamp();
        var saving = Task.CompletedTask;
        RowChunk? last = null;
        try
        {
            await foreach (var (chunk, scored) in ScoredAsync(reader.ReadAsync(position, cancel), scoring, cancel))
            {
                output.Write(chunk, scored);
                (last, rows, refused, allRefused) = (chunk, rows + chunk.Rows.Count - scored.Refused, refused + scored.Refused, allRefused + scored.Refused);
                if (output.Length >= PartBytes || clock.GetElapsedTime(since) >= PartTime || allRefused > settings.RefusedRows)
                {
                    await FlushAsync();
                }

                if (allRefused > settings.RefusedRows)
                {
                    throw new BatchFailedException($"More than {settings.RefusedRows} rows are refused. The last one: {Array.FindLast(scored.Errors, e => e is not null)}");
                }
            }

            await FlushAsync();
        }
        finally
        {
            await saving;
        }

        async Task FlushAsync()
        {
            await saving;
            if (last is not null)
            {
                saving = SaveAsync(output.Take(), part++, last, output.Columns, rows, refused, cancel);
                (last, rows, refused, since) = (null, 0, 0, clock.GetTimestamp());
            }
        }

        async Task<Scorer> FindAsync(CancellationToken stopped) => (await served.FindAsync(creator, name, version, stopped)).Scorer;
    }

    private async Task SaveAsync(ReadOnlyMemory<byte> bytes, int number, RowChunk last, IReadOnlyList<string>? columns, int rows, int refused, CancellationToken cancel)
    {
        await using var content = new MemoryStream(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(bytes, out var array) ? array.Array! : [], array.Offset, array.Count, writable: false);
        var blob = await blobs.SaveAsync(content, cancel);
        BatchPart part = new() { JobId = job.Id, Number = number, Digest = blob.Digest, Bytes = blob.Size, Rows = rows + refused, PositionJson = (last.After with { Columns = columns }).ToJson() };
        await ledger.AddAsync(job, part, rows, refused, last.BytesRead, cancel);
        onPart();
    }

    /// <summary>The chunks in their order, of which two are computed at the same time.</summary>
    private static async IAsyncEnumerable<(RowChunk Chunk, ScoredChunk Scored)> ScoredAsync(
        IAsyncEnumerable<RowChunk> chunks, ChunkScorer scoring, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using SemaphoreSlim free = new(InFlight);
        var line = Channel.CreateBounded<Task<(RowChunk, ScoredChunk)>>(InFlight);
        var reading = Task.Run(ReadAsync, CancellationToken.None);
        try
        {
            await foreach (var scored in line.Reader.ReadAllAsync(cancel))
            {
                yield return await scored;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await reading;
            while (line.Reader.TryRead(out var left))
            {
                await ((Task)left).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        async Task ReadAsync()
        {
            try
            {
                await foreach (var chunk in chunks.WithCancellation(stop.Token))
                {
                    await free.WaitAsync(stop.Token);
                    await line.Writer.WaitToWriteAsync(stop.Token);
                    line.Writer.TryWrite(ScoreAsync(chunk));
                }

                line.Writer.Complete();
            }
            catch (Exception e)
            {
                line.Writer.Complete(e);
            }
        }

        async Task<(RowChunk, ScoredChunk)> ScoreAsync(RowChunk chunk)
        {
            try
            {
                return (chunk, await scoring.ScoreAsync(chunk, stop.Token));
            }
            finally
            {
                free.Release();
            }
        }
    }

    private async Task<Stream> OpenAsync(BatchFile file, long offset, CancellationToken cancel)
    {
        if (_opened is { } first)
        {
            _opened = null;
            return first;
        }

        return await sources.OpenAsync(file, offset, cancel);
    }
}
