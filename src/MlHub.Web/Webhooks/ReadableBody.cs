using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MlHub.Web.Webhooks;

/// <summary>A body set out to be read; what is sent has no line breaks.</summary>
internal static class ReadableBody
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body)?.ToJsonString(Indented) ?? "null";
        }
        catch (JsonException)
        {
            return Encoding.UTF8.GetString(body);
        }
    }
}
