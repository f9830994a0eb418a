using System.Diagnostics;

namespace Samples.Tests;

/// <summary>What the documentation tells people to copy, run against the vector of the specification.</summary>
public sealed class SnippetTests
{
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek", Body = """{"test": 2432232314}""", Genuine = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private const string Forged = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OA=";

    [Theory]
    [InlineData(Genuine, 0, true)]
    [InlineData($"v1a,abc {Forged} {Genuine}", 299, true)]
    [InlineData(Genuine, 301, false)]
    [InlineData(Forged, 0, false)]
    public async Task The_snippets_tell_genuine_from_forged(string signature, int late, bool genuine)
    {
        var now = 1614265330 + late;
        var python = $"{Snippet("python")}\nprint(verify('{RunningGate.Secret}', {{'webhook-id': '{Id}', 'webhook-timestamp': '1614265330', 'webhook-signature': '{signature}'}}, b'{Body}', {now}))";
        var script = $"{Snippet("javascript")}\nconsole.log(verify('{RunningGate.Secret}', {{'webhook-id': '{Id}', 'webhook-timestamp': '1614265330', 'webhook-signature': '{signature}'}}, Buffer.from('{Body}'), {now}));";

        Assert.Equal(genuine ? "True" : "False", await RunAsync("python3", "-c", python));
        Assert.Equal(genuine ? "true" : "false", await RunAsync("node", "-e", script));
    }

    private static string Snippet(string language)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "bots.md"));
        var begin = text.IndexOf($"```{language}\n", StringComparison.Ordinal) + language.Length + 4;
        return text[begin..text.IndexOf("```", begin, StringComparison.Ordinal)];
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output.Trim();
    }
}
