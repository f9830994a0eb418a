using System.Text;

namespace MlHub.Web.Tests.Attacks;

/// <summary>Who tries a way out of the store leaves a trace; who mistypes a name does not.</summary>
public sealed class DeniedPathTests(PortHub hub) : IClassFixture<PortHub>
{
    [Theory]
    [InlineData("GET", "/get-artifact?run_uuid=RUN&path=../../etc/passwd", null, 1)]
    [InlineData("PUT", "/api/2.0/mlflow-artifacts/artifacts/0/RUN/artifacts/..%2f..%2fx", "pwned", 1)]
    [InlineData("POST", "/api/2.0/mlflow/experiments/create", """{"name":"n","artifact_location":"file:///etc"}""", 1)]
    [InlineData("POST", "/api/2.0/mlflow/model-versions/create", """{"name":"n","source":"file:///etc"}""", 1)]
    [InlineData("PUT", "/api/2.0/mlflow-artifacts/artifacts/0/RUN/artifacts/2026-01-01T10:00.txt", "mistyped", 0)]
    public async Task What_was_made_to_lead_out_is_told_in_the_audit(string method, string target, string? body, int times)
    {
        var (_, run) = await hub.GivenRunAsync();
        var eve = await hub.GivenUserAsync($"eve{Guid.NewGuid():N}");
        var token = await hub.GivenTokenAsync(eve);

        var answer = await RawHttp.AskAsync(hub.Address, method, target.Replace("RUN", run, StringComparison.Ordinal), token, body is null ? null : Encoding.UTF8.GetBytes(body));
        // Told in order, so that whoever finds this one has found those before.
        await RawHttp.AskAsync(hub.Address, "POST", "/api/2.0/mlflow/users/create", token, Encoding.UTF8.GetBytes("""{"username":"x"}"""));

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
        await using var db = hub.Open();
        await Eventually.TrueAsync(() => db.Events.Any(e => e.Actor == eve.Name && e.Subject.EndsWith("/users/create")));
        Assert.Equal(times, db.Events.Count(e => e.Actor == eve.Name && e.Kind == "access.denied" && !e.Subject.EndsWith("/users/create")));
    }
}
