using System.Diagnostics;
using System.Text.Json.Nodes;

namespace MlHub.Web.Tests.Clients;

/// <summary>A client that others wrote keeps a training log in MlHub: the npm package mlflow (see tests/clients).</summary>
public sealed class NodeClientTests(PortHub hub) : IClassFixture<PortHub>
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "clients");

    [Fact]
    public async Task A_whole_training_log_is_written_and_read_back()
    {
        Assert.True(Directory.Exists(Path.Combine(Folder, "node_modules", "mlflow")), "Run npm ci in tests/clients first; test.sh does.");

        var log = await RunAsync("training-log.js");

        Assert.Equal("nodes experiment", (string?)log["got"]!["experiment"]!["name"]);
        Assert.Contains("nodes experiment", log["listed"]!.AsArray().Select(n => (string?)n));
        Assert.Equal(("renamed", "deleted", "active"), ((string?)log["renamed"], (string?)log["deleted"], (string?)log["restored"]));
        Assert.Equal(("FINISHED", 1_700_000_060_000), ((string?)log["run"]!["info"]!["status"], (long)log["run"]!["info"]!["end_time"]!));
        Assert.Equal(["depth=6", "lr=0.1"], Pairs(log["run"]!["data"]!["params"]));
        Assert.Equal(["mlflow.runName", "stage", "team"], log["run"]!["data"]!["tags"]!.AsArray().Select(t => (string)t!["key"]!).Order());
        Assert.Equal([0.5, 0.25, 0.125, 0.0625], log["history"]!.AsArray().Select(m => (double)m!["value"]!));
        Assert.Equal([0L, 1, 2, 3], log["history"]!.AsArray().Select(m => (long)m!["step"]!));
        Assert.Equal([0.9, 0.7], log["found"]!.AsArray().Select(r => (double)r!["data"]!["metrics"]!.AsArray().Single(m => (string?)m!["key"] == "auc")!["value"]!));
        Assert.EndsWith("/artifacts", (string?)log["artifacts"]!["root_uri"], StringComparison.Ordinal);
        Assert.Equal(("deleted", "active"), ((string?)log["runDeleted"], (string?)log["runRestored"]));
        Assert.Contains("RESOURCE_DOES_NOT_EXIST", (string?)log["refusal"], StringComparison.Ordinal);
        Assert.Contains("RESOURCE_ALREADY_EXISTS", (string?)log["twice"], StringComparison.Ordinal);
    }

    private static IEnumerable<string> Pairs(JsonNode? list) => list!.AsArray().Select(p => $"{(string)p!["key"]!}={(string)p["value"]!}");

    /// <summary>The last line is the result; the client itself writes what it sends above it.</summary>
    private async Task<JsonObject> RunAsync(string script)
    {
        using var node = Process.Start(new ProcessStartInfo("node", [script, hub.Address.ToString().TrimEnd('/'), hub.AnnsToken])
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, errors) = (node.StandardOutput.ReadToEndAsync(), node.StandardError.ReadToEndAsync());
        await node.WaitForExitAsync();

        Assert.True(node.ExitCode == 0, $"{await output}\n{await errors}");
        return JsonNode.Parse((await output).TrimEnd().Split('\n')[^1])!.AsObject();
    }
}
