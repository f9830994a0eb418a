using System.Net;
using System.Security.Cryptography;

namespace MlHub.Client;

/// <summary>Fetches one file into a part that survives cuts and restarts, and takes it for whole only when its digest is right.</summary>
internal sealed class ResumableDownload(HubCalls hub, MlHubClientOptions options)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200), LongestPause = TimeSpan.FromSeconds(5);

    /// <param name="file">What is wanted.</param>
    /// <param name="part">Where its bytes gather; what is there already is not fetched again.</param>
    /// <param name="renew">Gives the file with a new link when the old one has run out.</param>
    /// <param name="cancel">Ends the attempt; the part stays.</param>
    /// <exception cref="MlHubException">Unreachable, Damaged, or what the hub says of links that are no longer good.</exception>
    public async Task FetchAsync(ManifestFile file, string part, Func<Task<ManifestFile>> renew, CancellationToken cancel)
    {
        // Bytes of an earlier time may have been damaged since; those that all came just now may not.
        var (idle, inherited, renewed) = (0, LengthOf(part) > 0, 0);
        while (true)
        {
            var before = LengthOf(part);
            if (before >= file.Size && File.Exists(part))
            {
                if (before == file.Size && await DigestAsync(part, cancel).ConfigureAwait(false) == file.Sha256)
                {
                    return;
                }

                File.Delete(part);
                (before, inherited) = inherited
                    ? (0, false)
                    : throw new MlHubException(MlHubProblem.Damaged, $"The file '{file.Path}' that was downloaded is not the one that was registered: its SHA-256 is another.");
            }

            Exception? cut = null;
            try
            {
                if (await TakeAsync(file, part, before, cancel).ConfigureAwait(false) == Outcome.LinkRanOut)
                {
                    const int most = 10;
                    file = renewed++ < most ? await renew().ConfigureAwait(false) : throw new MlHubException(MlHubProblem.Denied, $"The hub's links to '{file.Path}' are not valid when they are used.");
                    continue;
                }
            }
            catch (Exception e) when (e is MlHubException { Problem: MlHubProblem.Unreachable } or IOException or HttpRequestException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
            {
                cut = e;
            }

            if (LengthOf(part) > before || (file.Size == 0 && File.Exists(part)))
            {
                idle = 0;
            }
            else if (idle++ >= options.Retries)
            {
                throw cut as MlHubException ?? new MlHubException(MlHubProblem.Unreachable, $"The download of '{file.Path}' breaks off again and again.", cut);
            }

            await (cut is null ? Task.CompletedTask : Task.Delay(Pause(idle), cancel)).ConfigureAwait(false);
        }
    }

    public static async Task<string> DigestAsync(string path, CancellationToken cancel)
    {
        await using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancel).ConfigureAwait(false));
    }

    private async Task<Outcome> TakeAsync(ManifestFile file, string part, long from, CancellationToken cancel)
    {
        using var answer = await hub.OpenAsync(file, from, cancel).ConfigureAwait(false);
        switch (answer.StatusCode)
        {
            case HttpStatusCode.OK:
                from = 0;
                break;
            case HttpStatusCode.PartialContent when answer.Content.Headers.ContentRange?.From == from:
                break;
            case HttpStatusCode.Forbidden:
                return Outcome.LinkRanOut;
            case HttpStatusCode.NotFound:
                throw new MlHubException(MlHubProblem.NotFound, $"The hub no longer has the file '{file.Path}': its version was deleted, or may no longer be read.") { Status = 404 };
            case HttpStatusCode.RequestedRangeNotSatisfiable:
                File.Delete(part);
                return Outcome.Taken;
            default:
                throw new MlHubException(MlHubProblem.Unreachable, $"The hub answered {(int)answer.StatusCode} for '{file.Path}'.") { Status = (int)answer.StatusCode };
        }

        await using FileStream to = new(part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous);
        to.SetLength(from);
        to.Position = from;
        await using var body = await answer.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        await CopyAsync(body, to, file, cancel).ConfigureAwait(false);
        return Outcome.Taken;
    }

    /// <summary>Ends where nothing arrives for too long, and where more comes than there can be.</summary>
    private async Task CopyAsync(Stream body, FileStream to, ManifestFile file, CancellationToken cancel)
    {
        var buffer = new byte[1 << 16];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        while (true)
        {
            limit.CancelAfter(options.Patience);
            var read = await body.ReadAsync(buffer, limit.Token).ConfigureAwait(false);
            if (read == 0)
            {
                return;
            }

            if (to.Position + read > file.Size)
            {
                to.SetLength(0);
                throw new MlHubException(MlHubProblem.Damaged, $"The hub sends more of '{file.Path}' than the {file.Size} bytes that were registered.");
            }

            await to.WriteAsync(buffer.AsMemory(0, read), cancel).ConfigureAwait(false);
        }
    }

    private static long LengthOf(string part) => new FileInfo(part) is { Exists: true } known ? known.Length : 0;

    private static TimeSpan Pause(int idle) => FirstPause * Math.Pow(2, idle) is var pause && pause < LongestPause ? pause : LongestPause;

    private enum Outcome
    {
        Taken,
        LinkRanOut,
    }
}
