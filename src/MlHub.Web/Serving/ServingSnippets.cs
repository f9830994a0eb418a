using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using MlHub.Serving;

namespace MlHub.Web.Serving;

/// <summary>What to paste to ask a served model, and JSON as people read it.</summary>
internal static partial class ServingSnippets
{
    private const string Token = "<your access token>";
    private const int LongExample = 2000;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, IndentSize = 2, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    internal static readonly JsonSerializerOptions Flat = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The example of the version that answers under a name, as a request; where it has none, the form of one with the names that its signature tells.</summary>
    public static string ExampleOf(ServingReport report, string selector, bool indented)
    {
        var asked = report.Asked(selector);
        var json = asked?.Example is { } example
            ? JsonSerializer.Deserialize<JsonElement>(example)
            : JsonSerializer.Deserialize<JsonElement>(CallForm.OrNull(asked?.Signature ?? [])?.Write() ?? """{"dataframe_split": {"columns": ["column"], "data": [[1]]}}""");
        return indented ? Written(json) : JsonSerializer.Serialize(json, Flat);
    }

    public static string Legible(string text, int most)
    {
        try
        {
            text = Written(JsonSerializer.Deserialize<JsonElement>(text));
        }
        catch (JsonException)
        {
            // A plain sentence.
        }

        return text.Length > most ? text[..most] + "…" : text;
    }

    public static string Curl(string address, string request) =>
        $"""
        curl {address} \
          -H 'Authorization: Bearer {Token}' \
          -H 'Content-Type: application/json' \
          -d '{Short(request).Replace("'", "'\\''", StringComparison.Ordinal)}'
        """;

    public static string Python(string address, string request) =>
        $"""
        import json, requests

        answer = requests.post(
            "{address}",
            headers={"{"}"Authorization": "Bearer {Token}"{"}"},
            json=json.loads(r'''{Short(request)}'''))
        answer.raise_for_status()
        print(answer.json()["predictions"])
        """;

    public static string CSharp(string address, string request) =>
        $"""""
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", "{Token}");
        var request = new StringContent(
            """{Short(request)}""",
            System.Text.Encoding.UTF8, "application/json");
        var answer = await client.PostAsync("{address}", request);
        Console.WriteLine(await answer.Content.ReadAsStringAsync());
        """"";

    /// <summary>Indented, but a list of plain values on one line. A text holds no bare line end, so none is touched.</summary>
    internal static string Written(JsonElement json) =>
        PlainList().Replace(JsonSerializer.Serialize(json, Indented), list => $"[{LineEnd().Replace(list.Groups[1].Value, " ")}]");

    [GeneratedRegex(@"\[\n\s*([^\[\]{}]*?)\n\s*\]")]
    private static partial Regex PlainList();

    [GeneratedRegex(@"\n\s*")]
    private static partial Regex LineEnd();

    /// <summary>Long examples would bury what is around them.</summary>
    private static string Short(string request) => request.Length <= LongExample ? request : "{\"dataframe_split\": {\"columns\": [], \"data\": []}}";
}
