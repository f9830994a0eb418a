namespace Samples.Tests;

/// <summary>What ModelGate lets in, and what it does of it, against a hub that follows a script.</summary>
public sealed class DoorTests : IAsyncLifetime
{
    private ScriptedHub _hub = null!;

    public async ValueTask InitializeAsync() => _hub = await ScriptedHub.StartAsync();

    public async ValueTask DisposeAsync() => await _hub.DisposeAsync();

    [Fact]
    public async Task What_was_signed_with_another_key_or_long_ago_is_turned_away_and_does_nothing()
    {
        await using var gate = await StartAsync();

        var forged = await gate.DeliverAsync(RunningGate.Created("m", 2), secret: "whsec_" + Convert.ToBase64String(new byte[24]));
        var unsigned = await gate.SendAsync(RunningGate.Created("m", 2), "msg_1", RunningGate.Seconds(), "");
        var old = await gate.DeliverAsync(RunningGate.Created("m", 2), at: DateTimeOffset.UtcNow.AddMinutes(-6));
        var early = await gate.DeliverAsync(RunningGate.Created("m", 2), at: DateTimeOffset.UtcNow.AddMinutes(6));

        Assert.Equal([401, 401, 401, 401], new[] { forged, unsigned, old, early }.Select(a => a.Status));
        Assert.Empty(_hub.Calls);
    }

    [Fact]
    public async Task What_comes_again_is_answered_well_and_done_once()
    {
        await using var gate = await StartAsync();
        _hub.Gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

        var first = await gate.DeliverAsync(RunningGate.Created("m", 2), id: "msg_1");
        await Eventually.TrueAsync(() => _hub.CallsTo("model-versions/get") == 1);
        var whileItWorks = await gate.DeliverAsync(RunningGate.Created("m", 2), id: "msg_1");
        _hub.Gate.SetResult();
        await Eventually.TrueAsync(() => _hub.CallsTo("comments/create") == 1);
        var afterwards = await gate.DeliverAsync(RunningGate.Created("m", 2), id: "msg_1");
        await gate.DeliverAsync(RunningGate.Created("m", 3), id: "msg_2");
        await Eventually.TrueAsync(() => _hub.CallsTo("comments/create") == 2);

        Assert.Equal(["Accepted.", "Accepted before.", "Accepted before."], new[] { first, whileItWorks, afterwards }.Select(a => a.Text));
        Assert.Equal(2, _hub.CallsTo("model-versions/get"));
    }

    [Fact]
    public async Task It_waits_for_a_hub_that_is_away()
    {
        await using var gate = await StartAsync();
        _hub.GoAway(3);

        Assert.Equal(202, (await gate.DeliverAsync(RunningGate.Created("m", 2))).Status);

        await Eventually.TrueAsync(() => _hub.CallsTo("comments/create") == 1);
        Assert.Equal(["503", "503", "503", "model-versions/get"], _hub.Calls.Take(4).Select(c => c.Name));
    }

    [Fact]
    public async Task What_could_not_be_done_is_taken_again_when_it_is_sent_again()
    {
        await using var gate = await StartAsync();
        _hub.GoAway(6);

        await gate.DeliverAsync(RunningGate.Created("m", 2), id: "msg_1");
        await Eventually.TrueAsync(() => _hub.CallsTo("503") == 6);
        await Eventually.TrueAsync(async () => (await gate.DeliverAsync(RunningGate.Created("m", 2), id: "msg_1")).Text == "Accepted.");

        await Eventually.TrueAsync(() => _hub.CallsTo("comments/create") == 1);
    }

    [Fact]
    public async Task What_was_accepted_is_done_after_a_restart()
    {
        var inbox = Directory.CreateTempSubdirectory("gate-inbox-").FullName;
        try
        {
            await using (var gate = await StartAsync($"Inbox={inbox}"))
            {
                _hub.Gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
                await gate.DeliverAsync(RunningGate.Created("m", 2), id: "../../msg_1");
                await Eventually.TrueAsync(() => _hub.CallsTo("model-versions/get") == 1);
            }

            _hub.Gate.SetResult();
            Assert.Equal(0, _hub.CallsTo("comments/create"));
            await using (await StartAsync($"Inbox={inbox}"))
            {
                await Eventually.TrueAsync(() => _hub.CallsTo("comments/create") == 1);
                await Eventually.TrueAsync(() => !Directory.EnumerateFileSystemEntries(inbox).Any());
            }
        }
        finally
        {
            Directory.Delete(inbox, recursive: true);
        }
    }

    [Theory]
    [InlineData("PENDING_REGISTRATION", "None")]
    [InlineData("FAILED_REGISTRATION", "None")]
    [InlineData("READY", "Production")]
    public async Task A_version_without_files_or_in_the_stage_already_is_left_alone(string status, string stage)
    {
        await using var gate = await StartAsync();
        _hub.Version = $$"""{"model_version":{"name":"m","version":"2","user_id":"dana","current_stage":"{{stage}}","status":"{{status}}"} }""";

        await gate.DeliverAsync(RunningGate.Created("m", 2));
        await Eventually.TrueAsync(() => _hub.CallsTo("model-versions/get") == 1);
        _hub.Version = _hub.Version.Replace(stage, "None", StringComparison.Ordinal).Replace(status, "READY", StringComparison.Ordinal);
        await gate.DeliverAsync(RunningGate.Created("m", 2, "ready"));
        await Eventually.TrueAsync(() => _hub.CallsTo("comments/create") == 1);

        Assert.Equal(["model-versions/get", "model-versions/get", "checks/create"], _hub.Calls.Take(3).Select(c => c.Name));
    }

    [Theory]
    [InlineData("{}", 400)]
    [InlineData("[]", 400)]
    [InlineData("no JSON", 400)]
    [InlineData("""{"entity":"model_version","action":"created","data":{"name":"m"}}""", 400)]
    [InlineData("""{"entity":"model_version","action":"created","data":7}""", 400)]
    [InlineData("""{"entity":"model_version_tag","action":"set","data":{"name":"m","version":"2"}}""", 200)]
    public async Task What_is_no_new_version_does_nothing(string body, int status)
    {
        await using var gate = await StartAsync();

        Assert.Equal(status, (await gate.DeliverAsync(body)).Status);
        Assert.Empty(_hub.Calls);
    }

    [Fact]
    public async Task A_body_of_any_size_is_not_read()
    {
        await using var gate = await StartAsync();

        Assert.Equal(413, (await gate.DeliverAsync(new string(' ', 70_000))).Status);
    }

    private Task<RunningGate> StartAsync(params string[] settings) => RunningGate.StartAsync(_hub.Address, "token", settings);
}
