using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace PriceSite;

/// <summary>What the model says.</summary>
/// <param name="Price">In US dollars.</param>
/// <param name="Version">Of the model, as the hub names it.</param>
/// <param name="Milliseconds">From the question to the answer.</param>
public sealed record Quote(double Price, string Version, double Milliseconds);

/// <summary>Nobody can say a price now; the message is for the visitor.</summary>
/// <param name="words">For the visitor.</param>
/// <param name="hubStatus">What the hub answered; null where it did not.</param>
/// <param name="hubSays">The hub's own words.</param>
public sealed class NoQuoteException(string words, HttpStatusCode? hubStatus = null, string? hubSays = null) : Exception(words)
{
    public HttpStatusCode? HubStatus => hubStatus;

    public string? HubSays => hubSays;
}

/// <summary>The model behind its endpoint: whichever version is in the stage answers, so this never changes when a version does.</summary>
public sealed class PricingModel(SiteSettings settings, HttpClient http, TimeProvider clock)
{
    private const string VersionHeader = "MlHub-Model-Version";
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly string _endpoint = $"model/{Uri.EscapeDataString(settings.Model)}/{Uri.EscapeDataString(settings.Stage)}/invocations";

    /// <exception cref="NoQuoteException">There is no price now.</exception>
    public async Task<Quote> AskAsync(Home home, CancellationToken cancel)
    {
        var begin = clock.GetTimestamp();
        try
        {
            var answer = await SendAsync(home, cancel);
            // Being loaded, or its process was just replaced.
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable && answer.Headers.RetryAfter?.Delta is { } pause && pause <= LongestPause)
            {
                answer.Dispose();
                await Task.Delay(pause, clock, cancel);
                answer = await SendAsync(home, cancel);
            }

            using (answer)
            {
                return await ReadAsync(answer, clock.GetElapsedTime(begin).TotalMilliseconds, cancel);
            }
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw new NoQuoteException("Our pricing service cannot be reached. Please try again in a moment.");
        }
    }

    private Task<HttpResponseMessage> SendAsync(Home home, CancellationToken cancel)
    {
        var columns = home.Columns();
        var body = JsonContent.Create(new { dataframe_split = new { columns = columns.Keys, data = new[] { columns.Values } } }, new MediaTypeHeaderValue("application/json"));
        return http.PostAsync(_endpoint, body, cancel);
    }

    private async Task<Quote> ReadAsync(HttpResponseMessage answer, double milliseconds, CancellationToken cancel)
    {
        var text = await answer.Content.ReadAsStringAsync(cancel);
        if (!answer.IsSuccessStatusCode)
        {
            throw new NoQuoteException(WordsFor(answer.StatusCode), answer.StatusCode, MessageOrNull(text));
        }

        using var json = JsonDocument.Parse(text);
        var price = json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("predictions", out var predictions) ? NumberOrNull(predictions) : null;
        var version = answer.Headers.TryGetValues(VersionHeader, out var named) ? named.First() : "unknown";
        return price is { } number ? new(number, version, milliseconds)
            : throw new NoQuoteException("The model knows no price for this home.", answer.StatusCode);
    }

    private string WordsFor(HttpStatusCode status) => status switch
    {
        HttpStatusCode.NotFound => $"No model gives prices now: {settings.Model} is not served, or has no version in {settings.Stage}.",
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => "This site may not ask the model. Its access token has to be renewed.",
        HttpStatusCode.TooManyRequests => "Many people ask for prices now. Please try again in a moment.",
        HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => "The model is being started. Please try again in a moment.",
        _ => "The model did not understand this home.",
    };

    /// <summary>Of one row with one column, however it is wrapped.</summary>
    private static double? NumberOrNull(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number => element.GetDouble(),
        JsonValueKind.Array when element.GetArrayLength() > 0 => NumberOrNull(element[0]),
        JsonValueKind.Object when element.EnumerateObject().FirstOrDefault() is { Value.ValueKind: not JsonValueKind.Undefined } first => NumberOrNull(first.Value),
        _ => null,
    };

    private static string? MessageOrNull(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("message", out var message) ? message.ToString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
