using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Adapters.Databases;
using MlHub.Serving;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving.Python;

/// <summary>Python code that crashes, hangs or means harm takes its process, and nothing of the hub.</summary>
public sealed class PythonFaultTests(PythonHub hub) : IClassFixture<PythonHub>
{
    [Theory]
    [InlineData("exit", "exit code 3")]
    [InlineData("crash", "signal 11")]
    public async Task A_crash_is_told_and_the_next_process_answers(string way, string told)
    {
        var model = await hub.ModelAsync("obedient");
        await BackAsync(model);

        var crash = await AskAsync(model, way);

        Assert.Equal((503, true), (crash.Status, crash.Headers.RetryAfter is not null));
        Assert.Contains(told, crash.Message, StringComparison.Ordinal);
        await BackAsync(model);
    }

    [Fact]
    public async Task A_killed_Python_is_back_soon()
    {
        var model = await hub.ModelAsync("obedient");
        await BackAsync(model);
        var python = await PythonOfAsync(model);

        using (var kill = Process.Start("kill", ["-KILL", $"{python}"]))
        {
            await kill.WaitForExitAsync();
        }

        await BackAsync(model);
        Assert.NotEqual(python, await PythonOfAsync(model));
    }

    [Fact]
    public async Task An_endless_loop_ends_at_the_deadline_with_all_its_processes()
    {
        var model = await hub.ModelAsync("obedient");
        await BackAsync(model);
        var (python, child) = (await PythonOfAsync(model), await AskAsync(model, "child"));
        var sleeping = ChildrenOf(python).Single();

        var late = await AskAsync(model, "loop");

        Assert.Equal(200, child.Status);
        Assert.Equal((504, "DEADLINE_EXCEEDED"), (late.Status, late.Code));
        await Eventually.TrueAsync(() => !Directory.Exists($"/proc/{python}") && !Directory.Exists($"/proc/{sleeping}"));
        await BackAsync(model);
    }

    [Fact]
    public async Task What_the_model_throws_is_told_and_it_lives()
    {
        var model = await hub.ModelAsync("obedient");
        await BackAsync(model);
        var python = await PythonOfAsync(model);

        var (thrown, memory, thing) = (await AskAsync(model, "throw"), await AskAsync(model, "memory", "3000000000"), await AskAsync(model, "object"));

        Assert.Equal((400, "BAD_REQUEST"), (thrown.Status, thrown.Code));
        Assert.Contains("Encountered an unexpected error while evaluating the model.", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("ValueError: no such wish", thrown.Message, StringComparison.Ordinal);
        Assert.Equal((400, true), (memory.Status, memory.Message!.Contains("more memory than the model may take", StringComparison.Ordinal)));
        Assert.Equal((400, true), (thing.Status, thing.Message!.Contains("which JSON has no form for", StringComparison.Ordinal)));
        Assert.Equal(python, await PythonOfAsync(model));
    }

    [Fact]
    public async Task It_has_no_network()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();

        var answer = await AskAsync(await hub.ModelAsync("obedient"), "connect", $"{((IPEndPoint)listener.LocalEndpoint).Port}");

        Assert.All(Said(answer), s => Assert.Contains(s, (string[])["PermissionError", "OSError", "ConnectionRefusedError"]));
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task It_reads_and_changes_nothing_of_the_hub()
    {
        var model = await hub.ModelAsync("obedient");
        await BackAsync(model);
        var data = Directory.GetParent(hub.Services.GetRequiredService<ServingSettings>().Folder)!.FullName;
        var database = Directory.EnumerateFiles(data, TestHub.Database == DatabaseProvider.Sqlite ? "*.db" : "*").First();
        var own = Directory.EnumerateFiles(Path.Combine(data, "serving"), "obedient.py", SearchOption.AllDirectories).First();

        var written = Said(await AskAsync(model, "write", $"{data}/x:/tmp/x:/dev/shm/x:/var/tmp/x:{own}:model.pkl:new:{database}"));
        var changed = Said(await AskAsync(model, "change", database)).Concat(Said(await AskAsync(model, "change", "model.pkl")));
        var read = Said(await AskAsync(model, "read", $"{database}:/etc/shadow:/proc/{Environment.ProcessId}/environ:/proc/{Environment.ProcessId}/cmdline:{Path.Combine(Repository.Root, "README.md")}"));

        Assert.All(written.Concat(changed).Concat(read), s => Assert.Contains(s, (string[])["PermissionError", "FileNotFoundError", "OSError"]));
        Assert.Equal(["read"], Said(await AskAsync(model, "read", "MLmodel")));
        Assert.True(File.Exists(database));
    }

    [Fact]
    public async Task It_reaches_no_other_process_and_knows_no_secret()
    {
        var model = await hub.ModelAsync("obedient");

        var killed = Said(await AskAsync(model, "kill", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        var who = (await AskAsync(model, "who")).Json["predictions"]!.AsArray();

        Assert.Contains(killed.Single(), (string[])["ProcessLookupError", "PermissionError"]);
        Assert.All(who[1]!.AsArray(), name => Assert.Contains((string)name!, (string[])["HOME", "PATH", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "KMP_DUPLICATE_LIB_OK", "KMP_INIT_AT_FORK", "PWD", "OLDPWD", "SHLVL", "_"]));
        if (Environment.IsPrivilegedProcess)
        {
            Assert.Equal(65534, (int)who[0]!);
        }
    }

    private Task<Answer> AskAsync(string model, string wish, string? with = null) => hub.Ann.InvokeAsync(model, "1", new { dataframe_records = new[] { new { @do = wish, with } } });

    private static string[] Said(Answer answer) => answer.Status == 200 ? [.. answer.Json["predictions"]!.AsArray().Select(p => (string)p!)] : throw new InvalidOperationException(answer.Text);

    /// <summary>Waits until it answers; whoever asks meanwhile is told when to come back.</summary>
    private Task BackAsync(string model) => Eventually.TrueAsync(async () => await AskAsync(model, "hello") is { Status: var status } && (status == 200 || (status == 503 ? false : throw new InvalidOperationException($"It was answered {status}."))));

    private async Task<int> PythonOfAsync(string model)
    {
        var worker = (int)(await hub.Ann.ServedVersionAsync(model))["replicas"]![0]!["process_id"]!;
        var found = ChildrenOf(worker);
        for (var inner = found; inner.Count > 0; inner = [.. inner.SelectMany(ChildrenOf)])
        {
            found = inner;
            if (inner.Any(p => File.ReadAllText($"/proc/{p}/comm").StartsWith("python", StringComparison.Ordinal)))
            {
                break;
            }
        }

        return found.Single();
    }

    private static List<int> ChildrenOf(int process) =>
        [.. Directory.EnumerateDirectories($"/proc/{process}/task").SelectMany(t => File.ReadAllText($"{t}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(int.Parse)];
}
