using System.Text.Json;
using MlHub.Client;

namespace EdgeScorer;

/// <summary>Answers each line of its input, a JSON object, with a line of its output. The model is in this process: the hub is needed for new versions only.</summary>
public static class Scorer
{
    private static readonly JsonSerializerOptions Legible = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="MlHubException">Where the model can be had neither from the hub nor from the cache.</exception>
    public static async Task RunAsync(ScorerSettings settings, TextReader rows, TextWriter answers, TextWriter log, CancellationToken cancel)
    {
        var options = new MlHubClientOptions { UseCacheWhenUnreachable = true };
        using MlHubClient hub = new(settings.Hub, settings.Token, settings.CacheFolder is { } folder ? options with { CacheFolder = folder } : options);
        await using var model = await hub.LoadModelAsync(settings.Model, cancel);
        var notes = TextWriter.Synchronized(log);
        notes.WriteLine($"{model.Version} ({model.Version.Stage}, {model.Version.Digest[..12]}) answers{(model.IsFromCache ? " from the cache: the hub cannot be reached" : "")}.");
        model.Watch(settings.Every, changed: (_, now) => notes.WriteLine($"{now} answers from now on."), failed: e => notes.WriteLine($"{model.Version} goes on to answer: {e.Message}"));

        while (await rows.ReadLineAsync(cancel) is { } line)
        {
            if (line.Trim().Length > 0)
            {
                await answers.WriteLineAsync(Answer(model, line).AsMemory(), cancel);
                await answers.FlushAsync(cancel);
            }
        }
    }

    private static string Answer(HubModel model, string line)
    {
        try
        {
            var answer = model.Predict(JsonSerializer.Deserialize<JsonElement>(line));
            return JsonSerializer.Serialize(new { version = answer.Version.Number, prediction = answer.Json[0] }, Legible);
        }
        catch (Exception e) when (e is JsonException or MlHubException { Problem: MlHubProblem.BadInput })
        {
            return JsonSerializer.Serialize(new { error = e.Message }, Legible);
        }
    }
}
