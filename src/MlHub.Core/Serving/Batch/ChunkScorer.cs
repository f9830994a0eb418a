using System.Text;
using System.Text.Json;
using MlHub.Scoring;
using MlHub.Scoring.Workers;

namespace MlHub.Serving.Batch;

/// <summary>
/// Asks the model for chunks. What is refused is asked again by halves, until the rows that it is refused for stand alone. It asks for as many rows at once as
/// are answered in a moment, so that those who ask the same processes for one row do not wait behind a job.
/// </summary>
/// <param name="find">Finds who computes; throws where the job's creator may not ask the model any more.</param>
/// <param name="inputs">The columns that the model knows.</param>
/// <param name="mostRefused">Rows of one chunk that may be refused.</param>
/// <param name="clock">Tells the time.</param>
internal sealed class ChunkScorer(Func<CancellationToken, Task<Scorer>> find, IReadOnlySet<string> inputs, int mostRefused, TimeProvider clock)
{
    private const int FirstSlice = 500, Crashes = 3;

    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(200), Slow = TimeSpan.FromSeconds(1), Patience = TimeSpan.FromMinutes(5);

    private int _slice = FirstSlice;
    private Scorer? _scorer;

    /// <exception cref="BatchFailedException">The model does not answer, or refuses too much.</exception>
    public async Task<ScoredChunk> ScoreAsync(RowChunk chunk, CancellationToken cancel)
    {
        ScoredChunk scored = new(chunk.Rows.Count);
        List<int> rows = new(chunk.Rows.Count);
        for (var i = 0; i < chunk.Rows.Count; i++)
        {
            if (chunk.Rows[i].Problem is { } problem)
            {
                scored.Refuse(i, problem);
            }
            else
            {
                rows.Add(i);
            }
        }

        var form = RowForm.Of(chunk.File, chunk.Header, inputs);
        for (var from = 0; from < rows.Count;)
        {
            var to = Math.Min(rows.Count, from + Volatile.Read(ref _slice));
            await ScoreAsync(chunk, form, rows, from, to, scored, cancel);
            from = to;
        }

        return scored;
    }

    private async Task ScoreAsync(RowChunk chunk, RowForm form, List<int> rows, int from, int to, ScoredChunk scored, CancellationToken cancel)
    {
        var since = clock.GetTimestamp();
        var (answer, refusal) = await AskAsync(form.Request, Body(chunk, form, rows, from, to), chunk.FirstRow + rows[from], cancel);
        Adapt(clock.GetElapsedTime(since), to - from);
        if (refusal is null && ScoredChunk.SplitOrNull(answer.Span, to - from) is { } predictions)
        {
            for (var i = from; i < to; i++)
            {
                scored.Predictions[rows[i]] = answer[predictions[i - from]];
            }
        }
        else if (to - from == 1)
        {
            scored.Refuse(rows[from], refusal ?? "The model does not answer with a prediction for each row.");
            if (scored.Refused > mostRefused)
            {
                throw new BatchFailedException($"More than {mostRefused} rows are refused. Row {chunk.FirstRow + rows[from]}: {scored.Errors[rows[from]]}");
            }
        }
        else
        {
            var middle = (from + to) / 2;
            await ScoreAsync(chunk, form, rows, from, middle, scored, cancel);
            await ScoreAsync(chunk, form, rows, middle, to, scored, cancel);
        }
    }

    private void Adapt(TimeSpan elapsed, int rows)
    {
        if (elapsed < Quick && rows >= Volatile.Read(ref _slice))
        {
            Volatile.Write(ref _slice, Math.Min(2 * rows, RowReader.MostRows));
        }
        else if (elapsed > Slow)
        {
            Volatile.Write(ref _slice, Math.Max(1, rows / 2));
        }
    }

    /// <summary>The answer, or why the model gives none for these rows. Waits while it is busy or is started again.</summary>
    private async Task<(ReadOnlyMemory<byte> Answer, string? Refusal)> AskAsync(RequestForm form, byte[] body, long row, CancellationToken cancel)
    {
        var since = clock.GetTimestamp();
        for (var crashes = 0; ;)
        {
            var wasReady = false;
            try
            {
                var scorer = _scorer ??= await find(cancel);
                wasReady = scorer.IsReady;
                var answer = await scorer.ScoreAsync(form, body, cancel);
                return answer.Status == 200 ? (answer.Body, null) : (default, MessageOf(answer.Body.Span));
            }
            catch (ScoringException e) when (e.Status == 504)
            {
                return (default, e.Message);
            }
            catch (ScoringException e) when (e.Status is 429 or 503)
            {
                // Whether it is served at all may be another matter now.
                _scorer = null;
                crashes += e.Status == 503 && wasReady ? 1 : 0;
                if (crashes >= Crashes || clock.GetElapsedTime(since) > Patience)
                {
                    throw new BatchFailedException($"The model did not answer row {row} and those behind it: {e.Message}");
                }

                await Task.Delay(e.RetryAfter ?? TimeSpan.FromSeconds(1), clock, cancel);
            }
        }
    }

    private static byte[] Body(RowChunk chunk, RowForm form, List<int> rows, int from, int to)
    {
        var (before, between, behind) = form.Frame;
        var length = before.Length + behind.Length + ((to - from - 1) * between.Length);
        for (var i = from; i < to; i++)
        {
            length += chunk.Rows[rows[i]].SentLength;
        }

        var body = new byte[length];
        var at = 0;
        Put(before);
        for (var i = from; i < to; i++)
        {
            Put(i > from ? between : default);
            Put(chunk.SentOf(chunk.Rows[rows[i]]));
        }

        Put(behind);
        return body;

        void Put(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(body.AsSpan(at));
            at += bytes.Length;
        }
    }

    private static string MessageOf(ReadOnlySpan<byte> refusal)
    {
        try
        {
            Utf8JsonReader reader = new(refusal);
            return JsonElement.ParseValue(ref reader).GetProperty("message").GetString()!;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return Encoding.UTF8.GetString(refusal);
        }
    }
}
