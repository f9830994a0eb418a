using MlHub.Access;
using MlHub.Adapters.Databases;
using MlHub.Registry;
using MlHub.Testing.Databases;

namespace MlHub.Core.Tests.Registry;

/// <summary>Models pricing (3 versions), churn (1), Fraud (none), and the prompt greeting.</summary>
public sealed class RegistrySearchTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Models_are_found_in_order(DatabaseProvider provider)
    {
        await using var database = await GivenAsync(provider);

        foreach (var (filter, orderBy, names) in new (string?, string?, string)[]
        {
            (null, null, "Fraud churn pricing"),
            ("name = 'pricing'", null, "pricing"),
            ("name != 'pricing'", null, "Fraud churn"),
            ("name LIKE '%r%'", "name DESC", "pricing churn Fraud"),
            ("name LIKE 'f%'", null, ""),
            ("name ILIKE 'f%'", null, "Fraud"),
            ("attributes.name IN ('churn', 'Fraud')", null, "Fraud churn"),
            ("tags.team = 'a'", null, "churn pricing"),
            ("tag.team != 'a'", null, "Fraud"),
            ("tags.team IS NULL OR name = 'churn'", null, "churn"),
            ("tag.`mlflow.prompt.is_prompt` != 'true'", null, "Fraud churn pricing"),
            ("name LIKE '%i%' AND tag.`mlflow.prompt.is_prompt` != 'true'", null, "pricing"),
            ("tags.`mlflow.prompt.is_prompt` = 'true'", null, "greeting"),
            ("tags.mlflow.prompt.is_prompt = 'false'", null, "Fraud churn pricing"),
            ("stage = 'Production'", null, "churn pricing"),
            ("stage IN ('Staging', 'Archived')", null, "pricing"),
            ("NOT stage = 'Production'", null, "Fraud"),
            ("stage IS NULL", null, "Fraud"),
            ("alias = 'champ'", null, "pricing"),
            ("alias IS NULL AND stage = 'Production'", null, "churn"),
            ("creator = 'system' AND description LIKE 'about c%'", null, "churn"),
            ("user_id = 'bob' OR (name = 'churn' AND NOT tags.team = 'b')", null, "Fraud churn"),
            ("creation_timestamp > 0 AND last_updated_timestamp > 0", "last_updated_timestamp DESC", "churn pricing Fraud"),
            (null, "timestamp", "Fraud pricing churn"),
            (null, "tags.team DESC", "Fraud churn pricing"),
        })
        {
            Assert.Equal($"{filter}|{orderBy}: {names}", $"{filter}|{orderBy}: {string.Join(' ', await ModelsAsync(database, Caller.System, filter, orderBy))}");
        }
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Versions_are_found_in_order(DatabaseProvider provider)
    {
        await using var database = await GivenAsync(provider);

        foreach (var (filter, orderBy, keys) in new (string?, string?, string)[]
        {
            (null, null, "churn/1 pricing/3 pricing/2 pricing/1"),
            ("name = 'pricing'", "version_number", "pricing/1 pricing/2 pricing/3"),
            (null, "name DESC", "pricing/3 pricing/2 pricing/1 churn/1"),
            (null, "version_number DESC", "pricing/3 pricing/2 churn/1 pricing/1"),
            (null, "stage", "pricing/1 pricing/3 churn/1 pricing/2"),
            ("name = 'pricing'", "creation_timestamp DESC", "pricing/3 pricing/2 pricing/1"),
            ("name = 'Pricing'", null, ""),
            ("version_number = 1", null, "churn/1 pricing/1"),
            ("version_number BETWEEN 2 AND 3", null, "pricing/3 pricing/2"),
            ("run_id = 'run_id_1'", null, "pricing/1"),
            ("run_id IN ('run_id_1', 'run_id_2')", null, "pricing/2 pricing/1"),
            ("run_id IS NULL", null, "churn/1 pricing/3"),
            ("source_path = 's3://bucket/1'", null, "pricing/1"),
            ("source_path LIKE 's3://%'", "version_number ASC", "churn/1 pricing/1 pricing/2 pricing/3"),
            ("tags.gdpr = 'passed'", null, "pricing/2"),
            ("tags.gdpr != 'failed' AND name = 'pricing'", null, "pricing/2"),
            ("stage = 'Production' OR current_stage = 'Archived'", null, "churn/1 pricing/2 pricing/1"),
            ("alias = 'champ'", null, "pricing/2"),
            ("alias IS NOT NULL AND NOT name = 'churn'", null, "pricing/2"),
            ("status = 'READY' AND creator = 'system'", null, "churn/1 pricing/3 pricing/2 pricing/1"),
            ("tags.`mlflow.prompt.is_prompt` = 'true'", null, "greeting/1"),
            ("name = 'greeting'", null, ""),
        })
        {
            Assert.Equal($"{filter}|{orderBy}: {keys}", $"{filter}|{orderBy}: {string.Join(' ', await VersionsAsync(database, Caller.System, filter, orderBy))}");
        }
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Nobody_finds_what_they_may_not_read(DatabaseProvider provider)
    {
        await using var database = await GivenAsync(provider);
        var bob = await BobAsync(database);
        var nobody = await database.GivenPersonAsync("nobody", 0, Permission.None);

        foreach (var filter in new[] { null, "name LIKE '%'", "NOT name = 'x'", "stage = 'Production' OR stage IS NULL", "tags.team IS NULL OR tags.team LIKE '%'" })
        {
            Assert.Equal(["Fraud"], await ModelsAsync(database, bob, filter, null));
            Assert.Empty(await ModelsAsync(database, nobody, filter, "last_updated_timestamp"));
            Assert.Empty(await VersionsAsync(database, bob, filter, null));
            Assert.Empty(await VersionsAsync(database, nobody, filter, "name"));
        }

        var token = (await new ModelSearches(database.Hub).SearchAsync(Caller.System, new(MaxResults: 1), None)).NextPageToken;
        Assert.Empty((await new ModelSearches(database.Hub).SearchAsync(nobody, new(PageToken: token), None)).Items);
    }

    [Theory]
    [InlineData("password_hash LIKE 'A%'")]
    [InlineData("attributes.public_id = 'x'")]
    [InlineData("normalized_name = 'X'")]
    [InlineData("name = 'x' UNION SELECT 1")]
    [InlineData("name = 'x'; DROP TABLE registered_models")]
    [InlineData("name = 'x' -- ")]
    [InlineData("name = \0")]
    [InlineData("name = ")]
    [InlineData("name > 'x'")]
    [InlineData("metrics.acc > 1")]
    [InlineData("versions.secret = 'x'")]
    public async Task What_is_no_field_or_no_filter_is_refused(string filter)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);

        await Assert.ThrowsAsync<HubException>(() => ModelsAsync(database, Caller.System, filter, null));
        await Assert.ThrowsAsync<HubException>(() => VersionsAsync(database, Caller.System, filter, null));
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task No_page_skips_or_repeats_while_others_write(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        for (var i = 0; i < 12; i++)
        {
            await database.CreateModelAsync($"old{i:00}");
            await database.CreateVersionAsync($"old{i:00}");
        }

        foreach (var orderBy in new string?[] { null, "name DESC", "creation_timestamp" })
        {
            var (models, versions) = (new List<string>(), new List<string>());
            string? modelToken = null, versionToken = null;
            var round = 0;
            do
            {
                if (models.Count == 0 || modelToken is not null)
                {
                    var page = await new ModelSearches(database.Hub).SearchAsync(Caller.System, new(null, 3, orderBy is null ? null : [orderBy], modelToken), None);
                    models.AddRange(page.Items.Select(m => m.Model.Name));
                    modelToken = page.NextPageToken;
                }

                if (versions.Count == 0 || versionToken is not null)
                {
                    var page = await new VersionSearches(database.Hub).SearchAsync(Caller.System, new(null, 3, orderBy is null ? null : [orderBy], versionToken), None);
                    versions.AddRange(page.Items.Select(v => v.Key.ToString()));
                    versionToken = page.NextPageToken;
                }

                var name = $"{(round++ % 2 == 0 ? "aaa" : "zzz")}{Guid.NewGuid():N}";
                await database.CreateModelAsync(name);
                await database.CreateVersionAsync(name);
            }
            while ((modelToken ?? versionToken) is not null && round < 60);

            Assert.Equal(12, models.Count(n => n.StartsWith("old", StringComparison.Ordinal)));
            Assert.Equal(12, versions.Count(n => n.StartsWith("old", StringComparison.Ordinal)));
            Assert.Equal((models.Count, versions.Count), (models.Distinct().Count(), versions.Distinct().Count()));
        }
    }

    [Fact]
    public async Task A_page_has_as_many_as_asked_within_the_limits()
    {
        await using var database = await GivenAsync(DatabaseProvider.Sqlite);
        var (models, versions) = (new ModelSearches(database.Hub), new VersionSearches(database.Hub));

        Assert.Equal(2, (await models.SearchAsync(Caller.System, new(MaxResults: 2), None)).Items.Count);
        Assert.Equal(4, (await versions.SearchAsync(Caller.System, new(MaxResults: Limits.SearchVersionsMax), None)).Items.Count);
        foreach (var wrong in new long[] { 0, -1, long.MaxValue })
        {
            await Assert.ThrowsAsync<HubException>(() => models.SearchAsync(Caller.System, new(MaxResults: wrong), None));
            await Assert.ThrowsAsync<HubException>(() => versions.SearchAsync(Caller.System, new(MaxResults: wrong), None));
        }

        await Assert.ThrowsAsync<HubException>(() => models.SearchAsync(Caller.System, new(MaxResults: 1001), None));
        await Assert.ThrowsAsync<HubException>(() => models.SearchAsync(Caller.System, new(PageToken: "eyJvZmZzZXQiOiAxfQ=="), None));
    }

    private static async Task<List<string>> ModelsAsync(TestDatabase database, Caller caller, string? filter, string? orderBy) =>
        [.. (await new ModelSearches(database.Hub).SearchAsync(caller, new(filter, OrderBy: orderBy is null ? null : [orderBy]), None)).Items.Select(m => m.Model.Name)];

    private static async Task<List<string>> VersionsAsync(TestDatabase database, Caller caller, string? filter, string? orderBy) =>
        [.. (await new VersionSearches(database.Hub).SearchAsync(caller, new(filter, OrderBy: orderBy is null ? null : [orderBy]), None)).Items.Select(v => $"{v.Model.Name}/{v.Version.Number}")];

    private static async Task<Caller> BobAsync(TestDatabase database)
    {
        await using var db = database.Hub.Open();
        return db.Users.Single(u => u.UserName == "bob").AsCaller();
    }

    private static async Task<TestDatabase> GivenAsync(DatabaseProvider provider)
    {
        var database = await TestDatabase.CreateAsync(provider);
        var bob = await database.GivenPersonAsync("bob", 0, Permission.None);
        await database.CreateModelAsync("Fraud", bob, ("team", "b"));
        await NextInstantAsync();
        await database.CreateModelAsync("pricing", tags: ("team", "a"));
        await database.CreateModelAsync("churn", tags: ("team", "a"));
        await database.CreateModelAsync("greeting", tags: ("mlflow.prompt.is_prompt", "true"));
        await NextInstantAsync();
        await database.CreateVersionAsync("pricing", "s3://bucket/1", runId: "run_id_1", tags: ("gdpr", "failed"));
        await NextInstantAsync();
        await database.CreateVersionAsync("pricing", "s3://bucket/2", runId: "run_id_2", tags: ("gdpr", "passed"));
        await NextInstantAsync();
        await database.CreateVersionAsync("pricing", "s3://bucket/3");
        await NextInstantAsync();
        await database.CreateVersionAsync("greeting", "dummy-source", tags: ("mlflow.prompt.is_prompt", "true"));
        await database.CreateVersionAsync("churn", "s3://bucket/4");
        await database.Aliases().SetAsync(Caller.System, "pricing", "champ", 2, None);
        await SetStageAsync(database, ("pricing", 1, Stage.Archived), ("pricing", 2, Stage.Production), ("churn", 1, Stage.Production));
        return database;
    }

    /// <summary>Times are kept in milliseconds; two writes of one test may share one.</summary>
    private static async Task NextInstantAsync()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        while (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() == now)
        {
            await Task.Yield();
        }
    }

    /// <summary>Without touching the time of the last update.</summary>
    private static async Task SetStageAsync(TestDatabase database, params (string Model, int Number, Stage Stage)[] moves)
    {
        foreach (var (model, number, stage) in moves)
        {
            await database.Hub.WriteAsync(
                async db =>
                {
                    var version = (await db.VersionAsync(Caller.System, new(model, number), RegistryPermission.Manage, None)).Version;
                    var updated = version.UpdatedAt;
                    version.MoveTo(stage, updated);
                },
                None);
        }
    }
}
