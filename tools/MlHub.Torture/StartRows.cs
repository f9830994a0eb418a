using System.Text.Json.Nodes;

namespace MlHub.Torture;

/// <summary>The hub is started where something is not as it should be.</summary>
internal static class StartRows
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public static IEnumerable<Scenario> All =>
    [
        new(20, "foreign, open, or no data directory", DirectoriesAsync),
        new(23, "the keys are gone", KeysAsync),
        new(41, "other locales, time zones, and a file system that ignores case", SurroundingsAsync),
    ];

    private static async Task<string> DirectoriesAsync(Patient patient)
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
        {
            throw new NotPossibleHereException("only root can make folders of others");
        }

        List<string> seen = [];
        patient.Data = Directory.CreateDirectory(patient.At("open")).FullName;
        File.SetUnixFileMode(patient.Data, (UnixFileMode)0b111_111_111);
        using (var hub = patient.Start())
        {
            await hub.ListeningAsync();
            BrokenPromiseException.Require(File.GetUnixFileMode(patient.Data) == Owner, "An open folder stayed open.");
            seen.Add("0777 becomes 0700");
        }

        string[] nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
        Dictionary<string, string> home = new() { ["HOME"] = "/tmp", ["DOTNET_gcServer"] = "0" };
        Tools.Run("chmod", "711", patient.At("."));
        foreach (var (name, make) in (IEnumerable<(string, Action<string>)>)
        [
            ("another's, 0700", f => Tools.Run("install", "-d", "-m", "700", f)),
            ("another's, 0777", f => Tools.Run("install", "-d", "-m", "777", f)),
            ("a file", f => File.WriteAllText(f, "")),
            ("below a file", f => File.WriteAllText(Path.GetDirectoryName(f)!, "")),
        ])
        {
            patient.Data = patient.At($"{seen.Count}/data");
            if (name != "below a file")
            {
                Directory.CreateDirectory(Path.GetDirectoryName(patient.Data)!);
                Tools.Run("chmod", "711", Path.GetDirectoryName(patient.Data)!);
            }

            make(patient.Data);
            using var hub = patient.StartUnder(nobody, home);
            BrokenPromiseException.Require(await hub.ExitAsync() == 1, $"{name}: it started.");
            await Eventually.TrueAsync(() => hub.Output.Contains("MlHub cannot start. MlHub:DataDirectory", StringComparison.Ordinal));
            BrokenPromiseException.Require(!hub.Output.Contains("   at ", StringComparison.Ordinal), $"{name}: {hub.Output}");
            seen.Add($"{name}: refused in a sentence");
        }

        return string.Join("; ", seen);
    }

    private static async Task<string> KeysAsync(Patient patient)
    {
        patient.Data = patient.At("data");
        Dictionary<string, string> first = new() { ["MLHUB_ADMIN_PASSWORD"] = TestHub.Password };
        for (var i = 0; i < 2; i++)
        {
            using var hub = HubProcess.Start(patient.Data, first);
            using var client = new HttpClient { BaseAddress = await hub.ListeningAsync() };
            client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"admin:{TestHub.Password}")));
            var made = await client.PostedAsync("/experiments/create", new { name = $"e{i}" });
            var page = await client.GetAsync("/sign-in");
            BrokenPromiseException.Require((made.Status, (int)page.StatusCode) == (200, 200), $"{made.Status} {made.Text} {page.StatusCode}");
            await hub.StopAsync();
            Directory.Delete(Path.Combine(patient.Data, "keys"), recursive: true);
        }

        return "starts, makes new keys, passwords and the sign-in page work";
    }

    private static async Task<string> SurroundingsAsync(Patient patient)
    {
        Dictionary<string, Dictionary<string, string>> surroundings = new()
        {
            ["plain"] = [],
            ["Kiritimati"] = new() { ["TZ"] = "Pacific/Kiritimati" },
            ["Turkish"] = new() { ["LC_ALL"] = "tr_TR.UTF-8", ["LANG"] = "tr_TR.UTF-8" },
            ["C"] = new() { ["LC_ALL"] = "C", ["TZ"] = "America/St_Johns", ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1" },
        };
        Dictionary<string, string> answers = [];
        foreach (var (name, environment) in surroundings)
        {
            patient.Data = patient.At(name);
            answers[name] = await AnswersAsync(patient.StartUnder([], environment));
        }

        var folded = "";
        try
        {
            var disk = LoopDisk.Make(patient, "folded", 128, "-O", "casefold", "-E", "encoding=utf8");
            Tools.Run("chattr", "+F", Directory.CreateDirectory(disk.Data).FullName);
            patient.Data = disk.Data;
            answers["case ignored"] = await AnswersAsync(patient.Start());
        }
        catch (NotPossibleHereException)
        {
            folded = "; the kernel mounts no file system that ignores case";
        }

        foreach (var (name, answer) in answers)
        {
            BrokenPromiseException.Require(answer == answers["plain"], $"{name} answers {answer} instead of {answers["plain"]}");
        }

        return $"{string.Join(", ", answers.Keys)}: the same answers{folded}";
    }

    private static async Task<string> AnswersAsync(HubProcess started)
    {
        using var hub = started;
        using var client = new HttpClient { BaseAddress = await hub.ListeningAsync() };
        var experiment = await client.GivenExperimentAsync("İstanbul I i ı");
        var run = await client.GivenRunAsync(experiment, "first");
        await client.CallAsync("/runs/log-batch", new { run_id = run, metrics = new[] { new { key = "loss", value = 1234.5, timestamp = 1, step = 1 } }, @params = new[] { new { key = "I", value = "1,5" } }, tags = new[] { new { key = "i", value = "ı" } } });
        await client.UploadAsync(experiment, run, "A.bin", [1]);
        await client.UploadAsync(experiment, run, "a.bin", [2]);
        var found = await client.CallAsync("/runs/search", new { experiment_ids = new[] { experiment }, filter = "metrics.loss > 1234.4 and params.I ILIKE '1,%'" });
        var files = await client.ReadAsync($"/artifacts/list?run_id={run}");
        return ((JsonNode)new JsonArray(found["runs"]![0]!["data"]!.DeepClone(), files["files"]!.DeepClone())).ToJsonString().Replace(run, "RUN", StringComparison.Ordinal);
    }
}
