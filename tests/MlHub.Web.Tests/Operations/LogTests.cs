using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using MlHub.Web.Operations;

namespace MlHub.Web.Tests.Operations;

/// <summary>What comes from clients cannot forge the log (CR, LF, escape sequences), and no secret is in it.</summary>
public sealed class LogTests
{
    [Fact]
    public void A_name_with_control_characters_stays_within_its_line()
    {
        using var line = new StringWriter();

        new PlainLog().Write(
            new LogEntry<string>(LogLevel.Warning, "MlHub.Test", 0, "run\r\n2026-01-01T00:00:00.000Z info forged: \u001b[31mred\u2028\u0085", null, (s, _) => s), null, line);

        Assert.Equal(1, line.ToString().Count(c => c == '\n'));
        Assert.EndsWith("MlHub.Test: run\\u000D\\u000A2026-01-01T00:00:00.000Z info forged: \\u001B[31mred\\u2028\\u0085\n", line.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Plain")]
    [InlineData("Json")]
    public async Task A_request_that_fails_is_one_line_with_what_an_operator_needs(string format)
    {
        var data = Directory.CreateTempSubdirectory("mlhub-log-").FullName;
        try
        {
            using var hub = HubProcess.Start(data, null, "MlHub:Access:Mode=Open", $"MlHub:Logging:Format={format}");
            using var client = new HttpClient { BaseAddress = await hub.ListeningAsync() };
            var experiment = await client.GivenExperimentAsync();
            var run = await client.GivenRunAsync(experiment);
            await client.UploadAsync(experiment, run, "lost.bin", "abc"u8.ToArray());
            foreach (var file in Directory.EnumerateFiles(Path.Combine(data, "artifacts"), "*", SearchOption.AllDirectories))
            {
                File.Delete(file);
            }

            client.DefaultRequestHeaders.Authorization = new("Bearer", "mlhub_very_secret");
            var failed = await client.AskAsync(HttpMethod.Get, $"/get-artifact?run_id={run}&path=lost.bin&secret=%0d%0aforged%1b[31m");

            Assert.Equal(500, failed.Status);
            await Eventually.TrueAsync(() => hub.Output.Contains("answered 500", StringComparison.Ordinal));
            var line = hub.Output.Split('\n').Single(l => l.Contains("answered 500", StringComparison.Ordinal));
            Assert.Contains("GET /get-artifact answered 500", line, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", hub.Output, StringComparison.Ordinal);
            Assert.DoesNotContain('\u001b', hub.Output);
            if (format == "Json")
            {
                var state = JsonDocument.Parse(line).RootElement.GetProperty("State");
                Assert.Equal((500, 32), (state.GetProperty("Status").GetInt32(), state.GetProperty("TraceId").GetString()!.Length));
            }
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }
}
