using Microsoft.EntityFrameworkCore;
using MlHub.Events;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving.Python;

/// <summary>Nobody's code is run before an administrator allows it for the model.</summary>
public sealed class PythonTrustTests(PythonHub hub) : IClassFixture<PythonHub>
{
    private const string Any = """{"inputs": [[1, 2]]}""";

    [Fact]
    public async Task A_file_of_a_stranger_is_not_even_loaded()
    {
        var model = await hub.Ann.GivenPythonModelAsync("evil", trustedBy: null);

        var answer = await hub.Ann.InvokeAsync(model, "1", Any);
        var ready = await hub.Ann.AskAsync(HttpMethod.Get, $"/v2/models/{model}/ready");

        Assert.Equal((501, "NOT_IMPLEMENTED", 501), (answer.Status, answer.Code, ready.Status));
        Assert.Contains("which no administrator of this hub has allowed", answer.Message, StringComparison.Ordinal);
        var version = await hub.Ann.ServedVersionAsync(model);
        Assert.Equal(("UNSUPPORTED", 0), ((string?)version["state"], version["replicas"]!.AsArray().Count));
        Assert.False(File.Exists(PythonModels.EvilMark));
    }

    [Fact]
    public async Task A_file_that_was_trusted_in_error_leaves_nothing_behind()
    {
        var model = await hub.Ann.GivenPythonModelAsync("evil", trustedBy: hub.Ada);

        var answer = await hub.Ann.InvokeAsync(model, "1", Any);

        // It is loaded: what it says it is, is the exit code of a program that could not write.
        Assert.True(answer.Status == 503, answer.Text);
        Assert.Contains("'int' object has no attribute 'predict'", answer.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(PythonModels.EvilMark));
    }

    [Fact]
    public async Task Only_administrators_decide_and_the_audit_log_has_it()
    {
        var model = await hub.Ann.GivenPythonModelAsync("joblib", trustedBy: null);

        Assert.Equal(403, (await hub.Ann.TrustPythonAsync(model, true)).Status);
        Assert.Equal(501, (await hub.Ann.InvokeAsync(model, "1", Any)).Status);
        Assert.True((bool)(await hub.Ada.TrustPythonAsync(model, true)).Json["python_trusted"]!);
        Assert.Equal(200, (await hub.Ada.TrustPythonAsync(model, true)).Status);
        Assert.Equal(200, (await hub.Ann.InvokeAsync(model, "1", Any)).Status);
        var process = (int)(await hub.Ann.ServedVersionAsync(model))["replicas"]![0]!["process_id"]!;

        Assert.False((bool)(await hub.Ada.TrustPythonAsync(model, false)).Json["python_trusted"]!);

        Assert.Equal(501, (await hub.Ann.InvokeAsync(model, "1", Any)).Status);
        await Eventually.TrueAsync(() => !Directory.Exists($"/proc/{process}"));
        await using var db = hub.Open();
        var told = await db.Events.Where(e => e.Kind.StartsWith("serving.python") && e.Subject == model).OrderBy(e => e.Id).Select(e => new { e.Kind, e.Actor }).ToListAsync();
        Assert.Equal([(EventKinds.ServingPythonTrusted, "ada"), (EventKinds.ServingPythonDistrusted, "ada")], told.Select(e => (e.Kind, e.Actor)));
        Assert.Equal(400, (await hub.Ada.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/serving/trust", new { name = model })).Status);
    }

    [Theory]
    [InlineData("module", "TorchScript", "torch.jit.script")]
    [InlineData("spark", "Spark cluster", "")]
    [InlineData("lightgbm", "needs MLflow's own package, lightgbm, which are not installed for /usr/bin/python3", "pip install mlflow lightgbm")]
    public async Task What_cannot_be_served_says_why_in_its_own_words(string name, string why, string advice)
    {
        var model = await hub.Ann.GivenPythonModelAsync(name, trustedBy: hub.Ada);

        var answer = await hub.Ann.InvokeAsync(model, "1", Any);

        Assert.Equal((501, "NOT_IMPLEMENTED"), (answer.Status, answer.Code));
        Assert.Contains(why, answer.Message, StringComparison.Ordinal);
        Assert.Contains(advice, answer.Message, StringComparison.Ordinal);
        Assert.Equal(answer.Message, (string?)(await hub.Ann.ServedVersionAsync(model))["reason"]);
    }

    [Fact]
    public async Task A_file_of_a_newer_library_says_so()
    {
        var model = await hub.Ann.GivenPythonModelAsync("newer", trustedBy: hub.Ada);

        var answer = await hub.Ann.InvokeAsync(model, "1", Any);

        Assert.Equal(503, answer.Status);
        Assert.Contains("No module named 'sklearn.ensemble._of_the_future' (The model was saved with scikit-learn 9.9.9.)", answer.Message, StringComparison.Ordinal);
        var version = await hub.Ann.ServedVersionAsync(model);
        Assert.StartsWith("FAIL", (string?)version["state"], StringComparison.Ordinal);
        Assert.Contains("_of_the_future", (string?)version["reason"], StringComparison.Ordinal);
    }
}
