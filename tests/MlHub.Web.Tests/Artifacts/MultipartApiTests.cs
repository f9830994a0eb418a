using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Access;
using MlHub.Artifacts;
using MlHub.Testing.Blobs;

namespace MlHub.Web.Tests.Artifacts;

/// <summary>Large files in parts, as MLflow's client sends them with MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD=true.</summary>
public sealed class MultipartApiTests(SharedHub hub) : MultipartScene(hub), IClassFixture<SharedHub>
{
    [Theory]
    [InlineData("/api/2.0")]
    [InlineData("/ajax-api/2.0")]
    public async Task Parts_become_one_file(string prefix)
    {
        var (experiment, run) = await Hub.GivenRunAsync();
        var folder = $"{prefix}/mlflow-artifacts/mpu/VERB/{experiment}/{run}/artifacts/some/dir";
        byte[][] parts = [GivenBytes.Random(3_000_000, 1), GivenBytes.Random(3_000_000, 2), GivenBytes.Random(17, 3)];

        var created = await Hub.Ann.AskAsync(HttpMethod.Post, folder.Replace("VERB", "create", StringComparison.Ordinal), new { path = "/home/ann/models/big.bin", num_parts = 3 });
        var sent = await PutAsync(created, parts);
        var completed = await Hub.Ann.AskAsync(HttpMethod.Post, folder.Replace("VERB", "complete", StringComparison.Ordinal), new { path = "/home/ann/models/big.bin", upload_id = Id(created), parts = sent });

        Assert.Equal([1, 2, 3], Credentials(created).Select(c => (int)c!["part_number"]!));
        Assert.All(Credentials(created), c => Assert.Equal("{}", c!["headers"]!.ToJsonString()));
        Assert.All(Credentials(created), c => Assert.True(Uri.TryCreate((string)c!["url"]!, UriKind.Absolute, out var url) && url.Scheme == "http"));
        Assert.Equal((200, "{}"), (completed.Status, completed.Text));
        byte[] whole = [.. parts.SelectMany(p => p)];
        var answer = await Hub.Ann.SendAsync(new(HttpMethod.Get, Asking.ArtifactUrl(experiment, run, "some/dir/big.bin")));
        Assert.Equal(whole, await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal($"\"{GivenBytes.Digest(whole)}\"", answer.Headers.ETag?.Tag);
        Assert.False(Directory.Exists(Path.Combine(Hub.DataDirectory, "artifacts", "uploads", Id(created))));
    }

    [Fact]
    public async Task A_name_from_Windows_loses_its_folders()
    {
        var (experiment, run) = await Hub.GivenRunAsync();

        var created = await CreateAsync(experiment, run, "C:\\Users\\ann\\big.bin", 1);
        var completed = await CompleteAsync(experiment, run, created, await PutAsync(created, [1, 2]), "C:\\Users\\ann\\big.bin");

        Assert.Equal(200, completed.Status);
        Assert.Equal([1, 2], await Hub.Ann.GetByteArrayAsync(Asking.ArtifactUrl(experiment, run, "big.bin")));
    }

    [Fact]
    public async Task Before_it_is_complete_there_is_nothing_to_see()
    {
        var (experiment, run) = await Hub.GivenRunAsync();

        var created = await CreateAsync(experiment, run, "big.bin", 1);
        await PutAsync(created, [1]);

        Assert.Equal(404, (await Hub.Ann.AskAsync(HttpMethod.Get, Asking.ArtifactUrl(experiment, run, "big.bin"))).Status);
        Assert.False((await Hub.Ann.GotAsync($"/artifacts/list?run_id={run}")).Json.ContainsKey("files"));
    }

    [Fact]
    public async Task Completing_again_is_harmless_and_a_part_that_comes_again_takes_the_place_of_the_first()
    {
        var (experiment, run) = await Hub.GivenRunAsync();
        var created = await CreateAsync(experiment, run, "big.bin", 2);

        var wrong = await PutAsync(created, [9, 9], [3]);
        var sent = await PutAsync(created, [1, 2], [3]);
        var stale = await CompleteAsync(experiment, run, created, wrong);
        var first = await CompleteAsync(experiment, run, created, sent);
        var second = await CompleteAsync(experiment, run, created, sent);
        var late = await PutOneAsync(created, 0, [7]);
        var aborted = await AbortAsync(experiment, run, created);

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (stale.Status, stale.Code));
        Assert.Equal((200, 200), (first.Status, second.Status));
        Assert.Equal((409, 409), (late.Status, aborted.Status));
        Assert.Equal([1, 2, 3], await Hub.Ann.GetByteArrayAsync(Asking.ArtifactUrl(experiment, run, "big.bin")));
        await using var db = Hub.Open();
        Assert.Single(db.ArtifactFiles.Where(f => f.Path == "big.bin" && db.Runs.Any(r => r.Key == f.RunKey && r.RunId == run)));
    }

    [Fact]
    public async Task Sixteen_clients_that_complete_at_once_make_one_file()
    {
        var (experiment, run) = await Hub.GivenRunAsync();
        var created = await CreateAsync(experiment, run, "big.bin", 2);
        var sent = await PutAsync(created, GivenBytes.Random(2_000_000), [3]);

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => CompleteAsync(experiment, run, created, sent)));

        Assert.All(answers, a => Assert.Equal(200, a.Status));
        Assert.Equal(2_000_001, (await Hub.Ann.GetByteArrayAsync(Asking.ArtifactUrl(experiment, run, "big.bin"))).Length);
    }

    [Fact]
    public async Task All_parts_must_be_there_and_named_in_order_with_their_tags()
    {
        var (experiment, run) = await Hub.GivenRunAsync();
        var created = await CreateAsync(experiment, run, "big.bin", 2);
        var first = await PutOneAsync(created, 0, [1]);

        var missing = await CompleteAsync(experiment, run, created, [new { part_number = 1, etag = first.Headers.ETag!.Tag }]);
        var second = await PutOneAsync(created, 1, [2]);
        object one = new { part_number = 1, etag = first.Headers.ETag!.Tag }, two = new { part_number = 2, etag = second.Headers.ETag!.Tag };
        Answer[] refused =
        [
            missing,
            await CompleteAsync(experiment, run, created, [one]),
            await CompleteAsync(experiment, run, created, [two, one]),
            await CompleteAsync(experiment, run, created, [one, one]),
            await CompleteAsync(experiment, run, created, [one, two, two]),
            await CompleteAsync(experiment, run, created, []),
            await CompleteAsync(experiment, run, created, [one, new { part_number = 2, etag = "\"other\"" }]),
            await CompleteAsync(experiment, run, created, [one, new { part_number = 2 }]),
        ];
        var good = await CompleteAsync(experiment, run, created, [one, two]);

        Assert.Contains("Parts are missing: 2", missing.Message, StringComparison.Ordinal);
        Assert.All(refused, a => Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (a.Status, a.Code)));
        Assert.Equal(200, good.Status);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(10_001)]
    [InlineData(long.MaxValue)]
    public async Task An_upload_has_a_sensible_number_of_parts(long parts)
    {
        var (experiment, run) = await Hub.GivenRunAsync();

        var answer = await Hub.Ann.AskAsync(HttpMethod.Post, $"{Proxy}/mpu/create/{experiment}/{run}/artifacts", new { path = "a", num_parts = parts });

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Ten_thousand_parts_can_be_asked_for()
    {
        var (experiment, run) = await Hub.GivenRunAsync();

        var created = await CreateAsync(experiment, run, "a", 10_000);

        Assert.Equal(10_000, Credentials(created).Select(c => (string)c!["url"]!).Distinct().Count());
    }

    [Fact]
    public async Task What_was_given_up_is_gone_and_takes_no_more_parts()
    {
        var (experiment, run) = await Hub.GivenRunAsync();
        var created = await CreateAsync(experiment, run, "big.bin", 2);
        var sent = await PutAsync(created, [1], [2]);

        var aborted = await AbortAsync(experiment, run, created);
        var again = await AbortAsync(experiment, run, created);
        var part = await PutOneAsync(created, 0, [1]);
        var completed = await CompleteAsync(experiment, run, created, sent);

        Assert.Equal((200, "{}", 200), (aborted.Status, aborted.Text, again.Status));
        Assert.Equal((409, 409), (part.Status, completed.Status));
        Assert.False(Directory.Exists(Path.Combine(Hub.DataDirectory, "artifacts", "uploads", Id(created))));
        Assert.Equal(404, (await Hub.Ann.AskAsync(HttpMethod.Get, Asking.ArtifactUrl(experiment, run, "big.bin"))).Status);
    }

    /// <summary>Attacks 34 and 42.</summary>
    [Fact]
    public async Task Somebody_elses_upload_does_not_exist()
    {
        var (experiment, run) = await Hub.GivenRunAsync();
        var created = await CreateAsync(experiment, run, "big.bin", 1);
        var sent = await PutAsync(created, [1]);
        var own = await Hub.Bob.GivenExperimentAsync($"b-{Guid.NewGuid():N}");
        var ownRun = await Hub.Bob.GivenRunAsync(own);

        foreach (var (verb, body) in new (string, Func<string, object>)[]
        {
            ("complete", id => new { path = "big.bin", upload_id = id, parts = sent }),
            ("abort", id => new { path = "big.bin", upload_id = id }),
        })
        {
            foreach (var folder in new[] { $"{experiment}/{run}/artifacts", $"{own}/{ownRun}/artifacts" })
            {
                var hers = await Hub.Bob.AskAsync(HttpMethod.Post, $"{Proxy}/mpu/{verb}/{folder}", body(Id(created)));
                var none = await Hub.Bob.AskAsync(HttpMethod.Post, $"{Proxy}/mpu/{verb}/{folder}", body(new string('0', 32)));

                Assert.Equal((404, none.Text), (hers.Status, hers.Text));
            }
        }

        var begun = await Hub.Bob.AskAsync(HttpMethod.Post, $"{Proxy}/mpu/create/{experiment}/{run}/artifacts", new { path = "big.bin", num_parts = 1 });
        var looked = await Hub.Bob.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/uploads/get?upload_id={Id(created)}");
        Assert.Equal((404, 404), (begun.Status, looked.Status));
        Assert.Equal(200, (await CompleteAsync(experiment, run, created, sent)).Status);
    }

    [Fact]
    public async Task An_upload_ends_where_it_was_begun()
    {
        var (experiment, run) = await Hub.GivenRunAsync();
        var created = await CreateAsync(experiment, run, "big.bin", 1);
        var sent = await PutAsync(created, [1]);

        var elsewhere = await CompleteAsync(experiment, run, created, sent, "other.bin");

        Assert.Equal((404, "There is no such upload."), (elsewhere.Status, elsewhere.Message));
    }

    [Fact]
    public async Task A_link_allows_one_thing_and_only_while_its_owner_may()
    {
        var (experiment, run) = await Hub.GivenRunAsync();
        var name = $"ed{Guid.NewGuid():N}";
        using var ed = await Hub.ProgramOfAsync(name);
        await Hub.Ann.CallAsync("/experiments/permissions/create", new { experiment_id = experiment, username = name, permission = "EDIT" });
        var created = await Answer.OfAsync(await ed.PostAsync($"{Proxy}/mpu/create/{experiment}/{run}/artifacts", System.Net.Http.Json.JsonContent.Create(new { path = "a", num_parts = 2 })));
        var url = (string)Credentials(created)[0]!["url"]!;
        using var anyone = Hub.CreateClient();

        var good = await anyone.AskAsync(HttpMethod.Put, url, new ByteArrayContent([1]));
        var read = await anyone.AskAsync(HttpMethod.Get, url);
        var bent = await anyone.AskAsync(HttpMethod.Put, Bent(url), new ByteArrayContent([1]));
        var none = await anyone.AskAsync(HttpMethod.Put, "/signed/x", new ByteArrayContent([1]));
        var asToken = await Hub.Bearer(url[(url.LastIndexOf('/') + 1)..]).AskAsync(HttpMethod.Get, "/api/2.0/mlflow/users/current");
        await Hub.Ann.AskAsync(HttpMethod.Delete, "/api/2.0/mlflow/experiments/permissions/delete", new { experiment_id = experiment, username = name });
        var later = await anyone.AskAsync(HttpMethod.Put, url, new ByteArrayContent([2]));
        await Hub.Ada.AskAsync(HttpMethod.Delete, "/api/2.0/mlflow/users/delete", new { username = name });
        var gone = await anyone.AskAsync(HttpMethod.Put, url, new ByteArrayContent([3]));

        Assert.Equal(200, good.Status);
        Assert.All([read, bent, none, gone], a => Assert.Equal((403, "Permission denied: this link is not valid, or no longer."), (a.Status, a.Message)));
        Assert.Equal(401, asToken.Status);
        Assert.Equal(404, later.Status);
        Assert.DoesNotContain(run, url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_connection_is_no_reason_to_begin_again()
    {
        var (experiment, run) = await Hub.GivenRunAsync();
        var created = await CreateAsync(experiment, run, "big.bin", 3);
        var second = await PutOneAsync(created, 1, [2]);

        var state = await Hub.Ann.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/uploads/get?upload_id={Id(created)}");

        Assert.Equal("OPEN", (string?)state.Json["status"]);
        Assert.Equal($$"""[{"part_number":2,"etag":{{JsonValue.Create(second.Headers.ETag!.Tag).ToJsonString()}},"size":1}]""", state.Json["parts"]!.ToJsonString());
        Assert.Equal([1, 3], Credentials(state).Select(c => (int)c!["part_number"]!));
    }

    [Fact]
    public async Task A_part_with_other_bytes_than_announced_is_refused()
    {
        var (experiment, run) = await Hub.GivenRunAsync();
        var created = await CreateAsync(experiment, run, "big.bin", 1);
        using var content = new ByteArrayContent([1]) { Headers = { ContentMD5 = new byte[16] } };
        using var anyone = Hub.CreateClient();

        var part = await anyone.AskAsync(HttpMethod.Put, (string)Credentials(created)[0]!["url"]!, content);
        var state = await Hub.Ann.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/uploads/get?upload_id={Id(created)}");

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (part.Status, part.Code));
        Assert.False(state.Json.ContainsKey("parts"));
    }

    [Fact]
    public async Task A_model_version_takes_parts_too_until_it_is_frozen()
    {
        var name = $"m-{Guid.NewGuid():N}";
        await Hub.Ann.CallAsync("/registered-models/create", new { name });
        await Hub.Ann.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/model-versions/upload", new { name });
        var id = (string)(await Hub.Ann.ReadAsync($"/databricks/registered-models/get?name={name}"))["registered_model_databricks"]!["id"]!;
        var created = await Hub.Ann.AskAsync(HttpMethod.Post, $"{Proxy}/mpu/create/registered-models/{id}/1/data", new { path = "model.bin", num_parts = 1 });

        var sent = await PutAsync(created, [5, 6]);
        var completed = await Hub.Ann.AskAsync(HttpMethod.Post, $"{Proxy}/mpu/complete/registered-models/{id}/1/data", new { path = "model.bin", upload_id = Id(created), parts = sent });
        await Hub.Ann.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/model-versions/finalize", new { name, version = "1" });
        var frozen = await Hub.Ann.AskAsync(HttpMethod.Post, $"{Proxy}/mpu/create/registered-models/{id}/1", new { path = "more.bin", num_parts = 1 });

        Assert.Equal(200, completed.Status);
        Assert.Equal([5, 6], await Hub.Ann.GetByteArrayAsync($"{Proxy}/artifacts/registered-models/{id}/1/data/model.bin"));
        Assert.Equal(409, frozen.Status);
    }
}
