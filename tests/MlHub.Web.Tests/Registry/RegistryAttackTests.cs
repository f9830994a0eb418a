using System.Net;
using System.Net.Sockets;

namespace MlHub.Web.Tests.Registry;

/// <summary>What was done to other registries: sources that lead out of the store, other people's runs and models, filters that are more than filters.</summary>
public sealed class RegistryAttackTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Theory]
    [InlineData("file:///etc", "passwd")]
    [InlineData("file://HOST/../../../../", "etc/passwd")]
    [InlineData("file://./etc", "passwd")]
    [InlineData("//proc/self/root", "etc%2Fpasswd")]
    [InlineData("/etc", "passwd")]
    [InlineData("http:///?/../../../../etc/", "passwd")]
    [InlineData("http://host#/../../etc/", "passwd")]
    [InlineData("mlflow-artifacts:/..%2f..%2f", "etc/passwd")]
    [InlineData("mlflow-artifacts:/../../etc", "passwd")]
    [InlineData("dbfs:/mnt/../../etc", "passwd")]
    [InlineData("models:/../../etc", "passwd")]
    [InlineData("runs:/../../etc", "passwd")]
    [InlineData("ftp://127.0.0.1/a", "passwd")]
    public async Task A_source_out_of_the_store_is_refused_whatever_its_tags(string source, string path)
    {
        var name = await hub.Ann.GivenModelAsync();
        var prompt = new[] { new { key = "mlflow.prompt.is_prompt", value = "true" } };

        var plain = await hub.Ann.PostedAsync("/model-versions/create", new { name, source });
        var tagged = await hub.Ann.PostedAsync("/model-versions/create", new { name, source, tags = prompt });
        var got = await hub.Ann.AskAsync(HttpMethod.Get, $"/model-versions/get-artifact?name={name}&version=1&path={path}");

        Assert.All([plain, tagged], a => Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (a.Status, a.Code)));
        Assert.Equal((404, "RESOURCE_DOES_NOT_EXIST"), (got.Status, got.Code));
        Assert.DoesNotContain("root:", got.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(hub.DataDirectory, plain.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../../../etc/passwd")]
    [InlineData("%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("C:\\x")]
    [InlineData("a?b")]
    public async Task A_path_out_of_a_versions_files_is_refused(string path)
    {
        var (experiment, run) = await hub.GivenRunAsync();
        await hub.Ann.UploadAsync(experiment, run, "model/MLmodel", [1]);
        var name = await hub.Ann.GivenModelAsync();
        await hub.Ann.GivenVersionAsync(name, $"runs:/{run}/model");

        var got = await hub.Ann.AskAsync(HttpMethod.Get, $"/model-versions/get-artifact?name={name}&version=1&path={Uri.EscapeDataString(path)}");

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (got.Status, got.Code));
    }

    [Fact]
    public async Task Somebody_elses_artifacts_cannot_be_registered_by_any_way_of_naming_them()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        await hub.Ann.UploadAsync(experiment, run, "model/secret.txt", "secret bytes"u8.ToArray());
        var hidden = await hub.Ann.GivenModelAsync();
        await hub.Ann.GivenVersionAsync(hidden, $"runs:/{run}/model");
        var uri = (string)(await hub.Ann.GotAsync($"/model-versions/get-download-uri?name={hidden}&version=1")).Json["artifact_uri"]!;
        var name = await hub.Bob.GivenModelAsync();

        foreach (var (source, run_id) in new[]
        {
            ($"runs:/{run}/model", null), ($"runs:/{run}/model", run), ($"mlflow-artifacts:/{experiment}/{run}/artifacts/model", run), ($"models:/{hidden}/1", null), ("s3://bucket/x", run),
        })
        {
            var refused = await hub.Bob.PostedAsync("/model-versions/create", new { name, source, run_id });
            Assert.Equal((404, "RESOURCE_DOES_NOT_EXIST"), (refused.Status, refused.Code));
        }

        // An address of the proxied store is only text, and whoever follows it is asked for their own right.
        foreach (var source in new[] { uri, $"mlflow-artifacts:/{experiment}//{run}/artifacts/model", $"mlflow-artifacts://host/{experiment}/{run}/artifacts/model" })
        {
            var version = (string)(await hub.Bob.GivenVersionAsync(name, source))["version"]!;
            var got = await hub.Bob.AskAsync(HttpMethod.Get, $"/model-versions/get-artifact?name={name}&version={version}&path=secret.txt");
            Assert.Equal((404, "RESOURCE_DOES_NOT_EXIST"), (got.Status, got.Code));
        }

        var followed = await hub.Bob.AskAsync(HttpMethod.Get, $"/api/2.0/mlflow-artifacts/artifacts/{uri["mlflow-artifacts:/".Length..]}/secret.txt");
        Assert.Equal(404, followed.Status);
    }

    [Fact]
    public async Task No_source_makes_the_server_call_anybody()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var source = $"http://{listener.LocalEndpoint}/api/2.0/mlflow-artifacts/artifacts/";
        var name = await hub.Ann.GivenModelAsync();
        await hub.Ann.GivenVersionAsync(name, source);
        await hub.Ann.GivenVersionAsync(name, $"models:/{name}/1");

        var uri = await hub.Ann.GotAsync($"/model-versions/get-download-uri?name={name}&version=2");
        var got = await hub.Ann.AskAsync(HttpMethod.Get, $"/model-versions/get-artifact?name={name}&version=2&path=x");

        Assert.Equal(source, (string?)uri.Json["artifact_uri"]);
        Assert.Equal(404, got.Status);
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task Search_tells_a_stranger_nothing_whatever_filter_order_or_token_they_send()
    {
        var name = await hub.Ann.GivenModelAsync();
        await hub.Ann.GivenVersionAsync(name);
        await hub.Ann.GivenVersionAsync(name);
        using var stranger = await hub.ProgramOfAsync($"stranger{Guid.NewGuid():N}");

        foreach (var call in new[] { "/registered-models/search", "/model-versions/search", "/registered-models/list" })
        {
            var token = (await hub.Ann.GotAsync($"{call}?max_results=1&filter={Uri.EscapeDataString("name LIKE '%'")}")).Json["next_page_token"];
            foreach (var query in new[] { "", "?filter=" + Uri.EscapeDataString($"name = '{name}' OR name LIKE '%'"), "?order_by=name+DESC", $"?max_results=1&filter={Uri.EscapeDataString("name LIKE '%'")}&page_token={token}" })
            {
                Assert.Equal("{}", (await stranger.GotAsync(call + query)).Text);
            }
        }
    }

    [Theory]
    [InlineData("name = 'x' UNION SELECT * FROM users")]
    [InlineData("name = 'x'; DROP TABLE registered_models; --")]
    [InlineData("name = 'x' /* */ OR 1 = 1")]
    [InlineData("attributes.user.PasswordHash LIKE 'A%'")]
    [InlineData("((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((name = 'x'))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))")]
    [InlineData("name = '\0'")]
    public async Task A_filter_that_is_more_than_a_filter_is_refused(string filter)
    {
        var models = await hub.Ann.GotAsync($"/registered-models/search?filter={Uri.EscapeDataString(filter)}");
        var versions = await hub.Ann.GotAsync($"/model-versions/search?filter={Uri.EscapeDataString(filter)}");
        var order = await hub.Ann.GotAsync("/model-versions/search?order_by=token_hash");

        Assert.All([models, versions, order], a => Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (a.Status, a.Code)));
    }

    [Fact]
    public async Task Fields_that_only_the_hub_sets_are_not_taken_from_a_caller()
    {
        var name = await hub.Ann.GivenModelAsync();

        var made = await hub.Ann.PostedAsync("/model-versions/create", new
        {
            name,
            source = "s3://bucket/m",
            current_stage = "Production",
            stage = "Production",
            user_id = "ada",
            version = "77",
            status = "PENDING_REGISTRATION",
            creation_timestamp = 1,
        });

        var version = made.Json["model_version"]!;
        Assert.Equal(("None", "ann", "1", "READY"), ((string)version["current_stage"]!, (string)version["user_id"]!, (string)version["version"]!, (string)version["status"]!));
        Assert.NotEqual(1, (long)version["creation_timestamp"]!);
    }
}
