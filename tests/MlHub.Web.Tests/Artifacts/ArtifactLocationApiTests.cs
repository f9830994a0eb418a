namespace MlHub.Web.Tests.Artifacts;

/// <summary>No address that a client gives an experiment is ever one of this machine's paths.</summary>
public sealed class ArtifactLocationApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    public static TheoryData<string> Bad =>
    [
        "file:///etc", "file://HOST/../../../../", "file://./etc", "file:/etc", "FILE:///etc", "file:etc", "//./etc", "//proc/self/root", "/etc", "./data", "data",
        "http:///?/../../../../etc/", "http:///#/../../../../etc/", "http://host#/../../etc/", "http:///;/../../etc/", "mlflow-artifacts:/a;/../../b", "mlflow-artifacts:/a",
        "mlflow-artifacts://host/a", "s3://bucket/a#fragment", "s3://bucket/a?x=/../../etc", "s3://bucket/a;b", "s3:///no-bucket", "s3:bucket", "s3://bucket/../other", "s3://bucket/./a",
        "s3://bucket/%2e%2e/a", "s3://bucket/a%00", "s3://bucket/a\\b", "file:///%2e%2e/etc", "//proc%2Fself%2Froot", "mlflow-artifacts:/..%2f..%2f", "http://h/artifacts%00",
        ":/etc", " file:///etc", "file\t:///etc", "local:///etc", "file://localhost/etc", "file://127.0.0.1/etc", "file:////etc", "dbfs:/mnt/../../etc", "dbfs:/a?x=/../../etc",
        "C:\\Windows", "c:/windows", "\\\\host\\share", "ftp://host/a", "http://127.0.0.1:9/a", "https://host/a", "javascript:alert(1)", "data:text/html,x", "s3://bucket/ü", "s3://bucket/a\nb",
        "runs:/abc", "models:/m/1", "jar:file:///etc!/passwd",
    ];

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task An_address_that_could_be_read_as_a_path_is_refused(string location)
    {
        var name = $"loc-{Guid.NewGuid():N}";

        var answer = await hub.Ann.PostedAsync("/experiments/create", new { name, artifact_location = location });
        var made = await hub.Ann.GotAsync($"/experiments/get-by-name?experiment_name={name}");

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
        Assert.Equal(404, made.Status);
    }

    [Theory]
    [InlineData("s3://bucket/some/where")]
    [InlineData("gs://bucket")]
    [InlineData("wasbs://container@account.blob.core.windows.net/path")]
    [InlineData("abfss://fs@account.dfs.core.windows.net/path")]
    public async Task An_address_in_a_cloud_store_is_kept_as_text(string location)
    {
        var made = await hub.Ann.CallAsync("/experiments/create", new { name = $"cloud-{Guid.NewGuid():N}", artifact_location = location });
        var id = (string)made["experiment_id"]!;

        var run = await hub.Ann.CallAsync("/runs/create", new { experiment_id = id });
        var got = await hub.Ann.GotAsync($"/experiments/get?experiment_id={id}");

        Assert.Equal(location, (string?)got.Json["experiment"]!["artifact_location"]);
        Assert.Equal($"{location}/{(string)run["run"]!["info"]!["run_id"]!}/artifacts", (string?)run["run"]!["info"]!["artifact_uri"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public async Task Without_an_address_MlHub_keeps_the_artifacts_itself(string? location)
    {
        var made = await hub.Ann.CallAsync("/experiments/create", new { name = $"own-{Guid.NewGuid():N}", artifact_location = location });
        var id = (string)made["experiment_id"]!;

        var got = await hub.Ann.GotAsync($"/experiments/get?experiment_id={id}");

        Assert.Equal($"mlflow-artifacts:/{id}", (string?)got.Json["experiment"]!["artifact_location"]);
    }
}
