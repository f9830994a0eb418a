using System.Text.Json;

namespace MlHub.Bench;

/// <summary>Single calls of MLflow's REST API, as bytes to send again and again or answered at once.</summary>
internal static class HubCalls
{
    public const string Api = "/api/2.0/mlflow";

    public static byte[] Post(string path, string body) => RawConnection.Request("POST", Api + path, body);

    public static byte[] Get(string pathAndQuery) => RawConnection.Request("GET", Api + pathAndQuery, null);

    public static string Call(HubProcess hub, string path, string body) => Answer(hub, path, Post(path, body));

    /// <summary>A call of MlHub's own.</summary>
    public static string Hub(HubProcess hub, string path, string body) => Answer(hub, path, RawConnection.Request("POST", "/api/2.0/mlhub" + path, body));

    public static string Text(string answer, string field) => JsonDocument.Parse(answer).RootElement.GetProperty(field).GetString()!;

    public static JsonElement Read(HubProcess hub, string pathAndQuery) => JsonDocument.Parse(Answer(hub, pathAndQuery, Get(pathAndQuery))).RootElement;

    private static string Answer(HubProcess hub, string path, byte[] request)
    {
        using var connection = new RawConnection(hub.Port);
        var (status, answer) = connection.Send(request);
        return status == 200 ? Whole(answer) : throw new InvalidOperationException($"{path} answered {status}: {answer}");
    }

    /// <summary>Without the lengths of the chunks: a line before each, an end mark in lines behind.</summary>
    private static string Whole(string answer)
    {
        if (answer.StartsWith('{'))
        {
            return answer;
        }

        var json = new System.Text.StringBuilder();
        for (var at = 0; at < answer.Length;)
        {
            var line = answer.IndexOf("\r\n", at, StringComparison.Ordinal);
            var length = Convert.ToInt32(answer[at..line], 16);
            json.Append(answer, line + 2, length);
            at = line + 2 + length + 2;
            if (length == 0)
            {
                break;
            }
        }

        return json.ToString();
    }
}
