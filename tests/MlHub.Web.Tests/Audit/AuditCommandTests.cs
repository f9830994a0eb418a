using Microsoft.Data.Sqlite;

namespace MlHub.Web.Tests.Audit;

/// <summary><c>audit verify</c> on the command line, beside a running hub, after a crash, and after somebody got at the file.</summary>
public sealed class AuditCommandTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("mlhub-audit-").FullName;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task The_chain_goes_on_after_a_crash_and_the_command_sees_what_was_changed()
    {
        using (var first = HubProcess.Start(_data, null, "MlHub:Access:Mode=Open"))
        {
            await GivenExperimentsAsync(await first.ListeningAsync(), "before");
            var beside = await VerifyAsync();
            first.Kill();

            Assert.Equal(0, beside.Code);
        }

        using (var second = HubProcess.Start(_data, null, "MlHub:Access:Mode=Open"))
        {
            await GivenExperimentsAsync(await second.ListeningAsync(), "after");
            await Eventually.TrueAsync(async () => (await VerifyAsync()) is { Code: 0, Text: var text } && text.StartsWith("40 links hold", StringComparison.Ordinal), TimeSpan.FromSeconds(60));
            second.Kill();
        }

        await TamperAsync();
        var broken = await VerifyAsync();

        Assert.Equal(1, broken.Code);
        Assert.Contains("The chain is broken at link 7.", broken.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_database_the_command_says_so()
    {
        var nothing = await VerifyAsync();

        Assert.Equal(1, nothing.Code);
        Assert.Contains("MlHub:DataDirectory holds no database", nothing.Text, StringComparison.Ordinal);
    }

    private static async Task GivenExperimentsAsync(Uri hub, string name)
    {
        using var client = new HttpClient { BaseAddress = hub };
        for (var n = 0; n < 20; n++)
        {
            await client.GivenExperimentAsync($"{name} {n}");
        }
    }

    private async Task TamperAsync()
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(_data, "mlhub.db")};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "DROP TRIGGER events_no_update; UPDATE events SET actor = 'somebody else' WHERE id = (SELECT event_id FROM event_links WHERE seq = 7)";
        await command.ExecuteNonQueryAsync();
    }

    private Task<CommandResult> VerifyAsync() => HubCommand.RunAsync("audit", "verify", $"--MlHub:DataDirectory={_data}");
}
