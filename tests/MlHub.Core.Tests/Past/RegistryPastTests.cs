using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Adapters.Databases;
using MlHub.Events;
using MlHub.Past;
using MlHub.Registry;
using MlHub.Testing.Databases;
using MlHub.Tracking;

namespace MlHub.Core.Tests.Past;

/// <summary>The registry as it was, at every instant of a model's life.</summary>
public sealed class RegistryPastTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private TestDatabase _database = null!;
    private RegisteredModel _model = null!;
    private Caller _ann = null!;

    private static CancellationToken None => CancellationToken.None;

    private RegistryPast Past => new(_database.Hub, TimeProvider.System);

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        _ann = await _database.GivenPersonAsync("ann", Experiment.DefaultId, Permission.None);
        await using var db = _database.Hub.Open();
        _model = await db.GivenModelAsync("fraud", _ann);
        await HappenedAsync(0, EventKinds.ModelCreated, null, null, new { name = "fraud", description = "finds it", tags = new { team = "risk" } });
        await HappenedAsync(1, EventKinds.VersionCreated, 1, null, Version("models:/a/1"));
        await HappenedAsync(1, EventKinds.AliasSet, 1, null, new { alias = "champion", version = 1 });
        await HappenedAsync(2, EventKinds.VersionMoved, 1, new { stage = "None" }, new { stage = "Production", comment = "go" });
        await HappenedAsync(3, EventKinds.VersionCreated, 2, null, Version("models:/a/2"));
        await HappenedAsync(3, EventKinds.VersionTagSet, 2, null, new { key = "gdpr", value = "passed" });
        await HappenedAsync(3, EventKinds.PolicySet, null, null, new { stage = "Production", policy = new { approvals = 2 } });
        await HappenedAsync(4, EventKinds.VersionMoved, 2, new { stage = "None" }, new { stage = "Production" });
        await HappenedAsync(4, EventKinds.VersionMoved, 1, new { stage = "Production" }, new { stage = "Archived", systemComment = "made room" });
        await HappenedAsync(4, EventKinds.AliasSet, 2, new { alias = "champion", version = 1 }, new { alias = "champion", version = 2 });
        await HappenedAsync(5, EventKinds.ModelTagSet, null, new { key = "team", value = "risk" }, new { key = "team", value = "fraud" });
        await HappenedAsync(5, EventKinds.ModelDescribed, null, new { description = "finds it" }, new { description = "finds more" });
        await HappenedAsync(6, EventKinds.VersionTagDeleted, 2, new { key = "gdpr", value = "passed" }, null);
        await HappenedAsync(6, EventKinds.VersionDeleted, 1, new { stage = "Archived" }, null);
        await HappenedAsync(7, EventKinds.AliasDeleted, 2, new { alias = "champion", version = 2 }, null);
        await HappenedAsync(7, EventKinds.PolicyDeleted, null, new { stage = "Production", policy = new { approvals = 2 } }, null);
        await HappenedAsync(8, EventKinds.CommentCreated, 2, null, new { id = "c", text = "nothing that counts here" });
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData(0, "finds it | team=risk |  |  | ")]
    [InlineData(1, "finds it | team=risk | champion=1 |  | 1:None")]
    [InlineData(2, "finds it | team=risk | champion=1 |  | 1:Production")]
    [InlineData(3, "finds it | team=risk | champion=1 | Production | 2:None:gdpr=passed 1:Production")]
    [InlineData(4, "finds it | team=risk | champion=2 | Production | 2:Production:gdpr=passed 1:Archived")]
    [InlineData(5, "finds more | team=fraud | champion=2 | Production | 2:Production:gdpr=passed 1:Archived")]
    [InlineData(6, "finds more | team=fraud | champion=2 | Production | 2:Production")]
    [InlineData(9, "finds more | team=fraud |  |  | 2:Production")]
    public async Task Each_instant_shows_what_there_was(int day, string state)
    {
        var model = await Past.ModelAtAsync(_ann, "fraud", Noon(day), None);
        var listed = Assert.Single(await Past.ModelsAtAsync(_ann, Noon(day), None));

        Assert.Equal(state, Told(model));
        Assert.Equal(state, Told(listed));
    }

    [Fact]
    public async Task Before_a_model_was_made_the_answer_says_so()
    {
        var early = await Assert.ThrowsAsync<HubException>(() => Past.ModelAtAsync(_ann, "fraud", Start.AddDays(-1), None));
        var future = await Assert.ThrowsAsync<HubException>(() => Past.ModelAtAsync(_ann, "fraud", DateTimeOffset.UtcNow.AddDays(1), None));
        var noVersion = await Assert.ThrowsAsync<HubException>(() => Past.VersionAtAsync(_ann, new("fraud", 2), Noon(1), None));

        Assert.Equal((HubError.NotFound, HubError.Invalid, HubError.NotFound), (early.Error, future.Error, noVersion.Error));
        Assert.Contains("not yet created", early.Message, StringComparison.Ordinal);
        Assert.Empty(await Past.ModelsAtAsync(_ann, Start.AddDays(-1), None));
    }

    [Fact]
    public async Task A_model_is_found_by_the_name_it_has_and_by_those_it_had()
    {
        await HappenedAsync(9, EventKinds.ModelRenamed, null, new { name = "fraud" }, new { name = "deceit" }, "deceit");
        await _database.Hub.WriteAsync(db => db.RegisteredModels.ExecuteUpdateAsync(s => s.SetProperty(m => m.Name, "deceit").SetProperty(m => m.NormalizedName, "DECEIT"), None), None);

        var before = await Past.ModelAtAsync(_ann, "deceit", Noon(8), None);
        var byOld = await Past.ModelAtAsync(_ann, "fraud", Noon(8), None);
        var after = await Past.ModelAtAsync(_ann, "deceit", Noon(9), None);

        Assert.Equal(("fraud", "fraud", "deceit"), (before.Name, byOld.Name, after.Name));
        Assert.Equal(4, (await Past.StageHistoryAsync(_ann, "fraud", None)).Count);
    }

    [Fact]
    public async Task Who_was_in_Production_is_told_in_bands()
    {
        var bands = await Past.StageHistoryAsync(_ann, "fraud", None);

        Assert.Equal(
            ["1 None 1-2", "1 Production 2-4", "2 None 3-4", "2 Production 4-", "1 Archived 4-6"],
            bands.Select(b => $"{b.Version} {b.Stage} {(b.From - Start).Days}-{(b.Until - Start)?.Days}"));
        Assert.All(bands, b => Assert.Equal("ann", b.By));
    }

    [Fact]
    public async Task A_deleted_model_is_there_for_who_may_read_all_and_absent_for_others()
    {
        await HappenedAsync(9, EventKinds.ModelDeleted, null, new { name = "fraud" }, null);
        await _database.Hub.WriteAsync(db => db.RegisteredModels.ExecuteDeleteAsync(None), None);

        var gone = await Assert.ThrowsAsync<HubException>(() => Past.ModelAtAsync(Caller.System, "fraud", Noon(10), None));
        var hidden = await Assert.ThrowsAsync<HubException>(() => Past.ModelAtAsync(_ann, "fraud", Noon(4), None));

        Assert.Equal("2:Production:gdpr=passed 1:Archived", Told(await Past.ModelAtAsync(Caller.System, "fraud", Noon(4), None)).Split(" | ")[^1]);
        Assert.Contains("deleted", gone.Message, StringComparison.Ordinal);
        Assert.EndsWith("not found", hidden.Message, StringComparison.Ordinal);
        Assert.Empty(await Past.ModelsAtAsync(Caller.System, Noon(10), None));
        Assert.Single(await Past.ModelsAtAsync(Caller.System, Noon(8), None));
        Assert.Empty(await Past.ModelsAtAsync(_ann, Noon(8), None));
    }

    [Fact]
    public async Task Nobody_sees_the_past_of_what_they_may_not_read()
    {
        var bob = await _database.GivenPersonAsync("bob", Experiment.DefaultId, Permission.None);

        var hidden = await Assert.ThrowsAsync<HubException>(() => Past.ModelAtAsync(bob, "fraud", Noon(4), None));
        var absent = await Assert.ThrowsAsync<HubException>(() => Past.ModelAtAsync(bob, "other", Noon(4), None));
        await Assert.ThrowsAsync<HubException>(() => Past.StageHistoryAsync(bob, "fraud", None));

        Assert.Equal(absent.Message.Replace("other", "fraud", StringComparison.Ordinal), hidden.Message);
        Assert.Empty(await Past.ModelsAtAsync(bob, Noon(4), None));
    }

    private static object Version(string source) => new { source, runId = (string?)null, status = "READY", description = "", tags = new { }, stage = "None" };

    private static DateTimeOffset Noon(int day) => Start.AddDays(day).AddHours(12);

    private static string Told(PastModel model) => string.Join(
        " | ",
        model.Description,
        string.Join(' ', model.Tags.Select(t => $"{t.Key}={t.Value}")),
        string.Join(' ', model.Aliases.Select(a => $"{a.Alias}={a.Version}")),
        string.Join(' ', model.Policies.Select(p => p.Stage)),
        string.Join(' ', model.Versions.Select(v => string.Join(':', [$"{v.Number}", $"{v.Stage}", .. v.Tags.Select(t => $"{t.Key}={t.Value}")]))));

    private Task HappenedAsync(int day, string kind, int? version, object? before, object? after, string? name = null) => _database.Hub.WriteAsync(
        db =>
        {
            var model = new RegisteredModel { Id = _model.Id, PublicId = "x", Name = name ?? "fraud", NormalizedName = "x", CreatedBy = "ann", CreatedAt = Start, UpdatedAt = Start };
            db.Record(_ann, Start.AddDays(day), kind, model, version, before, after);
            return Task.CompletedTask;
        },
        None);
}
