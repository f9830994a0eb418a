using System.Text;
using Microsoft.EntityFrameworkCore;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving.Capture;

/// <summary>The values of a redacted column never reach the disk, in whatever form they are sent.</summary>
public sealed class RedactionTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private const string Signature = """[{"type": "long", "name": "whole"}, {"type": "string", "name": "text"}, {"type": "boolean", "name": "truth"}, {"type": "double", "name": "real"}]""";

    [Fact]
    public async Task No_file_of_the_hub_holds_a_redacted_value()
    {
        var secret = $"SECRET-{Guid.NewGuid():N}";
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Echo, Signature);
        // This model answers with what it was asked, so its output is named too.
        await hub.Ann.SetCaptureAsync(model, redacted: ["TEXT", "text_out"]);
        string[] good =
        [
            $$$"""{"dataframe_split": {"columns": ["whole", "text", "truth", "real"], "index": ["{{{secret}}}"], "data": [[1, "{{{secret}}}", true, 0.5]]}}""",
            $$$"""{"dataframe_records": [{"whole": 2, "text": "{{{secret}}}", "truth": true, "real": 0.5, "other": "{{{secret}}}"}], "note": "{{{secret}}}"}""",
            $$$"""{"instances": [{"whole": 3, "text": "{{{secret}}}", "truth": true, "real": 0.5}]}""",
            $$$"""{"inputs": [[4, "{{{secret}}}", true, 0.5]]}""",
            $$$"""{"inputs": {"whole": [5], "text": ["{{{secret}}}"], "truth": [true], "real": [0.5]}}""",
        ];
        string[] refused = [$$$"""{"dataframe_records": [{"whole": "{{{secret}}}", "text": "x"}]}""", $$$"""{"instances": "{{{secret}}}"}""", $$$"""{"{{{secret}}}": 1}""", secret];
        foreach (var body in good.Concat(refused))
        {
            Assert.Equal(good.Contains(body) ? 200 : 400, (await hub.Ann.InvokeAsync(model, "1", body)).Status);
        }

        Assert.Equal(200, (await hub.Ann.InvokeAsync(model, "1", new StringContent($"whole,text,truth,real\n6,{secret},true,0.5\n", Encoding.UTF8, "text/csv"))).Status);
        var infer = $$$"""
            {"id": "{{{secret}}}", "inputs": [{"name": "whole", "shape": [1], "datatype": "INT64", "data": [7]}, {"name": "text", "shape": [1], "datatype": "BYTES", "data": ["{{{secret}}}"]},
            {"name": "truth", "shape": [1], "datatype": "BOOL", "data": [true]}, {"name": "real", "shape": [1], "datatype": "FP64", "data": [0.1]}]}
            """;
        Assert.Equal(200, (await hub.Ann.AskAsync(HttpMethod.Post, $"/v2/models/{model}/infer", infer)).Status);

        var kept = await hub.Ann.CapturedAsync(model, until: n => n == good.Length + 2);
        Assert.All(kept, k => Assert.DoesNotContain(secret, k!.ToJsonString(), StringComparison.Ordinal));
        Assert.All(kept, k => Assert.Equal("text", (string)k!["request"]!["redacted"]![0]!));
        Assert.Equal(kept.Count, kept.Count(k => k!["answer"]!.ToJsonString().Contains("0.", StringComparison.Ordinal)));
        await using (var db = hub.Open())
        {
            // Whatever is still in the log of the database is in its files too.
            Assert.True(await db.CapturedRequests.AnyAsync(TestContext.Current.CancellationToken));
        }

        Assert.DoesNotContain(Directory.EnumerateFiles(hub.DataDirectory, "*", SearchOption.AllDirectories), f => Path.GetFileName(f) != "lock" && Holds(f, secret));
        Assert.Contains(Directory.EnumerateFiles(hub.DataDirectory, "*", SearchOption.AllDirectories), f => TestHub.Database != Adapters.Databases.DatabaseProvider.Sqlite || (Path.GetFileName(f) != "lock" && Holds(f, "whole_out\":6")));
    }

    [Fact]
    public async Task A_redaction_counts_from_its_acknowledgement_and_says_what_is_older()
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Sum, ServedModelCalls.TwoDoubles);
        await hub.Ann.SetCaptureAsync(model);
        const string body = """{"inputs": {"a": [1], "b": [987654]}}""";
        await hub.Ann.InvokeAsync(model, "1", body);
        await hub.Ann.CapturedAsync(model, until: n => n == 1);

        await hub.Ann.InvokeAsync(model, "1", body);
        var told = await hub.Ann.SetCaptureAsync(model, redacted: "b");
        await hub.Ann.InvokeAsync(model, "1", body);
        await Eventually.TrueAsync(async () => (int)(await hub.Ann.CaptureAsync(model))["counts"]!["kept"]! + (int)(await hub.Ann.CaptureAsync(model))["counts"]!["unclear"]! == 3);
        var kept = await hub.Ann.CapturedAsync(model);

        Assert.Contains("kept before this redaction", (string?)told["note"], StringComparison.Ordinal);
        // The one that was on its way is stored under the old settings before the new ones hold, or not at all.
        Assert.Equal("""{"inputs":{"a":[1]},"redacted":["b"]}""", kept[0]!["request"]!.ToJsonString());
        Assert.Equal((int)told["requests"]!, kept.Count(k => k!["request"]!.ToJsonString().Contains("987654", StringComparison.Ordinal)));
        Assert.Null((await hub.Ann.SetCaptureAsync(model, redacted: "b"))["note"]);
    }

    private static bool Holds(string file, string text)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        return bytes.GetBuffer().AsSpan(0, (int)bytes.Length).IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
    }
}
