using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MlHub.Webhooks;

/// <summary>MLflow's envelope, with what Standard Webhooks and MlHub add: <c>type</c>, <c>sequence</c>, who did it and where to look at it.</summary>
internal static class Envelope
{
    private const int ThinFields = 10;
    private static readonly int[] Lengths = [int.MaxValue, 300, 40];

    // Nobody puts a body into a page as markup, and other alphabets are a sixth as long this way.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(WebhookNews news, WebhookLinks? links) => Fitting(longest => Bytes(Of(news, links, longest)));

    /// <param name="longest">How long texts may be; those that are longer are cut, and the body says <c>truncated</c>: whoever needs all of it asks the API.</param>
    public static JsonObject Of(WebhookNews news, WebhookLinks? links, int longest = int.MaxValue)
    {
        var thin = longest < int.MaxValue;
        var dot = Math.Max(0, news.Event.IndexOf('.', StringComparison.Ordinal));
        var data = news.Data.Of(news.Event);
        var envelope = new JsonObject
        {
            ["entity"] = news.Event[..dot],
            ["action"] = news.Event[(dot + 1)..],
            ["timestamp"] = news.Row.At.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.fff+00:00", CultureInfo.InvariantCulture),
            ["data"] = thin ? Thin(data, longest) : data,
            ["type"] = news.Event,
            ["actor"] = news.Row.Actor,
        };
        if (news.Seq > 0)
        {
            envelope["sequence"] = news.Seq;
        }

        if (links?.Of(news) is { } link)
        {
            envelope["link"] = link;
        }

        if (thin)
        {
            envelope["truncated"] = true;
        }

        return envelope;
    }

    public static byte[] Bytes(JsonNode body) => JsonSerializer.SerializeToUtf8Bytes(body, Plain);

    public static string Text(JsonNode body) => body.ToJsonString(Plain);

    /// <summary>The first that is short enough: whole, or thinner and thinner.</summary>
    /// <param name="write">Given how long texts may be.</param>
    public static byte[] Fitting(Func<int, byte[]> write) => Lengths.Select(write).FirstOrDefault(b => b.Length <= Limits.WebhookPayload) ?? write(0);

    public static string Cut(string text, int length) =>
        text.Length <= length ? text : length < 2 ? "" : text[..(length - (char.IsHighSurrogate(text[length - 2]) ? 2 : 1))] + "…";

    private static JsonObject Thin(JsonObject data, int longest) =>
        new(data.Take(ThinFields).Select(f => KeyValuePair.Create(Cut(f.Key, Math.Max(longest, 40)), f.Value switch
        {
            JsonObject inner => Thin(inner, longest),
            JsonValue value when f.Key != "name" && value.TryGetValue<string>(out var text) => Cut(text, longest),
            JsonValue other => other.DeepClone(),
            _ => null,
        })));
}
