using System.Text;
using System.Text.RegularExpressions;

namespace MlHub.Web.Tests.Startup;

/// <summary>The built program, started as its users start it.</summary>
public sealed partial class StartTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("mlhub-start-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Theory]
    [InlineData("MlHub:Access:Mode", "MlHub:Access:Mode=Sometimes")]
    [InlineData("MlHub:Access:Mode", "MlHub:Access:Mode=Open", "Urls=http://0.0.0.0:0")]
    [InlineData("MlHub:Access:Mode", "MlHub:Access:Mode=Open", "Urls=http://127.0.0.1:0;http://*:0")]
    [InlineData("MlHub:Database:Provider", "MlHub:Database:Provider=Oracle")]
    [InlineData("MlHub:Database:Provider", "MlHub:Database:Provider=17")]
    [InlineData("ConnectionStrings:MlHub", "MlHub:Database:Provider=PostgreSql")]
    [InlineData("MlHub:Artifacts:Provider", "MlHub:Artifacts:Provider=Tape")]
    [InlineData("ConnectionStrings:Blobs", "MlHub:Artifacts:Provider=AzureBlob")]
    [InlineData("MlHub:DataDirectory", "MlHub:DataDirectory=/proc/nowhere")]
    [InlineData("MlHub:DataDirectory", "MlHub:DataDirectory=")]
    [InlineData("MlHub:Mail:From", "MlHub:Mail:Host=smtp.example")]
    [InlineData("MlHub:DataSources:Roots", "MlHub:DataSources:Roots:0=relative/tables")]
    [InlineData("MlHub:DataSources:Roots", "MlHub:DataSources:Roots:0=/")]
    [InlineData("MlHub:DataSources:Roots", "MlHub:DataSources:Roots:0=https://account.blob.core.windows.net/lake")]
    [InlineData("MlHub:Webhooks:AllowedNetworks", "MlHub:Webhooks:AllowedNetworks:0=10.0.0.0")]
    [InlineData("MlHub:Webhooks:AllowedNetworks", "MlHub:Webhooks:AllowedNetworks=10.0.0.0/8,10.1.0.0/33")]
    [InlineData("MlHub:Webhooks:AllowHttp", "MlHub:Webhooks:AllowHttp=sometimes")]
    [InlineData("Urls", "Urls=not an address")]
    [InlineData("Urls", "Urls=http://127.0.0.1:0;nonsense")]
    public async Task A_wrong_setting_ends_the_start_with_one_sentence_that_names_it(string named, params string[] settings) =>
        await RefusesAsync(named, null, settings);

    [Theory]
    [InlineData("short")]
    [InlineData("password123456")]
    public async Task A_weak_first_password_ends_the_start(string password) =>
        await RefusesAsync("MLHUB_ADMIN_PASSWORD", new() { ["MLHUB_ADMIN_PASSWORD"] = password });

    [Fact]
    public async Task A_second_process_on_the_same_data_is_refused()
    {
        using var first = HubProcess.Start(_data);
        await first.ListeningAsync();

        await RefusesAsync("MlHub:DataDirectory", null);

        Assert.False(first.HasExited);
    }

    [Fact]
    public async Task A_lock_that_a_killed_process_left_is_no_hindrance_whoever_has_its_number_now()
    {
        using (var killed = HubProcess.Start(_data))
        {
            await killed.ListeningAsync();
            killed.Kill();
        }

        await File.WriteAllTextAsync(Path.Combine(_data, "lock"), $"{Environment.ProcessId}\n");
        using var next = HubProcess.Start(_data);

        await next.ListeningAsync();
    }

    [Fact]
    public async Task A_new_hub_prints_a_set_up_link_that_leads_to_the_set_up_page()
    {
        using var hub = HubProcess.Start(_data);
        var address = await hub.ListeningAsync();
        await Eventually.TrueAsync(() => Link().IsMatch(hub.Output));
        var link = new Uri(Link().Match(hub.Output).Value);
        using var browser = new HttpClient();

        var page = await browser.GetAsync(link);

        Assert.Equal((address.Authority, 200), (link.Authority, (int)page.StatusCode));
        Assert.Equal("OK", await browser.GetStringAsync(new Uri(address, "/health")));
        Assert.Matches(@"^\d+\.\d+\.\d+$", await browser.GetStringAsync(new Uri(address, "/version")));
    }

    [Fact]
    public async Task The_first_password_may_come_from_the_environment()
    {
        var environment = new Dictionary<string, string> { ["MLHUB_ADMIN_PASSWORD"] = TestHub.Password };
        using var hub = HubProcess.Start(_data, environment);
        using var admin = new HttpClient { BaseAddress = await hub.ListeningAsync() };
        admin.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"admin:{TestHub.Password}")));

        var made = await admin.PostedAsync("/users/create", new { username = "bob", password = TestHub.Password });

        Assert.Equal(200, made.Status);
        Assert.DoesNotMatch(Link(), hub.Output);
        Assert.DoesNotContain(TestHub.Password, hub.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_the_mode_Open_no_credentials_are_needed_and_foreign_pages_still_kept_out()
    {
        using var hub = HubProcess.Start(_data, null, "MlHub:Access:Mode=Open");
        var address = await hub.ListeningAsync();
        using var anyone = new HttpClient { BaseAddress = address };

        var made = await anyone.PostedAsync("/experiments/create", new { name = "open" });
        var got = await anyone.GotAsync("/experiments/get-by-name?experiment_name=open");
        var page = await anyone.GetAsync("/experiments");
        var host = await RawHttp.SendAsync(address, "GET /api/2.0/mlflow/experiments/list HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n");
        anyone.DefaultRequestHeaders.Add("Origin", "https://evil.example");
        var foreign = await anyone.PostedAsync("/experiments/create", new { name = "foreign" });

        Assert.Equal((200, 200, 200), (made.Status, got.Status, (int)page.StatusCode));
        Assert.Equal((400, 403), (host.Status, foreign.Status));
    }

    [Fact]
    public async Task The_data_are_for_the_owners_eyes_only()
    {
        using var hub = HubProcess.Start(_data);
        await hub.ListeningAsync();

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_data));
            Assert.Equal(File.GetUnixFileMode(_data), File.GetUnixFileMode(Path.Combine(_data, "artifacts")));
        }
    }

    private async Task RefusesAsync(string named, Dictionary<string, string>? environment, params string[] settings)
    {
        using var hub = HubProcess.Start(_data, environment, settings);

        var code = await hub.ExitAsync();

        await Eventually.TrueAsync(() => hub.Output.Contains("MlHub cannot start", StringComparison.Ordinal));
        var sentence = hub.Output.Split('\n').Single(l => l.Contains("MlHub cannot start", StringComparison.Ordinal));
        Assert.Equal(1, code);
        Assert.StartsWith($"MlHub cannot start. {named} ", sentence, StringComparison.Ordinal);
        Assert.EndsWith(".", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", hub.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", hub.Output, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"http://\S+/set-up\?code=\w{32}")]
    private static partial Regex Link();
}
