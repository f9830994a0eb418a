using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MlHub.Testing;

/// <summary>What the hub answered; <see cref="Json"/> is empty where the body is no JSON object, or several.</summary>
public sealed record Answer(int Status, JsonObject Json, string Text, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
{
    public string? Code => (string?)Json["error_code"];

    public string? Message => (string?)Json["message"];

    public static async Task<Answer> OfAsync(HttpResponseMessage response)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync();
            return new((int)response.StatusCode, ObjectOrEmpty(text), text, response.Headers, response.Content.Headers);
        }
    }

    private static JsonObject ObjectOrEmpty(string text)
    {
        try
        {
            return text.StartsWith('{') ? JsonNode.Parse(text)!.AsObject() : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
