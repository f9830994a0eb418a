using System.Net.Http.Headers;
using System.Text;

namespace MlHub.Demo.Mlflow;

/// <summary>Who the client says it is.</summary>
public static class MlflowCredentials
{
    public static AuthenticationHeaderValue Basic(string userName, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{userName}:{password}")));

    public static AuthenticationHeaderValue Bearer(string token) => new("Bearer", token);
}
