using System.Net.Http;
using MlHub.Serving.Batch;

namespace MlHub.Adapters.Serving;

/// <summary>A body that is asked for anew, from where it was, when its connection breaks or falls silent.</summary>
/// <param name="body">The first answer.</param>
/// <param name="offset">Where in the whole it begins.</param>
/// <param name="bytes">Of the whole; null where it is not told.</param>
/// <param name="clock">Tells the time.</param>
/// <param name="reopen">Asks for the rest.</param>
internal sealed class ResumedStream(Stream body, long offset, long? bytes, TimeProvider clock, Func<long, CancellationToken, Task<Stream>> reopen) : Stream
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    private const int Breaks = 5;

    private Stream _body = body;
    private long _at = offset;
    private int _breaks;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _at;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            using var silence = clock.CreateTimer(_ => limit.Cancel(), null, Silence, Timeout.InfiniteTimeSpan);
            try
            {
                var read = await _body.ReadAsync(buffer, limit.Token);
                if (read > 0 || buffer.Length == 0 || bytes is null || _at >= bytes)
                {
                    (_at, _breaks) = (_at + read, 0);
                    return read;
                }
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is IOException or HttpRequestException or OperationCanceledException)
            {
                // Asked for again below.
            }

            if (++_breaks > Breaks)
            {
                throw new BatchFailedException($"The source broke off {Breaks} times at byte {_at}.");
            }

            await _body.DisposeAsync();
            await Task.Delay(TimeSpan.FromSeconds(_breaks - 1), clock, cancellationToken);
            _body = await reopen(_at, cancellationToken);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override async ValueTask DisposeAsync()
    {
        await _body.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        _body.Dispose();
        base.Dispose(disposing);
    }
}
