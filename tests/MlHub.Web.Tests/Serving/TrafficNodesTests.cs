using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Access;
using MlHub.Adapters.Databases;
using MlHub.Artifacts;
using MlHub.Testing.Databases;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving;

/// <summary>Two hubs on one database: what is said to one holds on the other.</summary>
public sealed class TrafficNodesTests
{
    private static readonly List<string> Keys = [.. Enumerable.Range(0, 20).Select(i => $"customer-{i}")];

    [Fact]
    public async Task A_changed_split_holds_on_every_node_and_a_key_has_the_same_version_on_each()
    {
        var (connection, remove) = await TestDatabase.NewAsync(DatabaseProvider.PostgreSql);
        await using (var first = new TestHub(Settings(connection)))
        await using (var second = new TestHub(Settings(connection)) { Replace = s => s.AddSingleton(first.Services.GetRequiredService<IBlobStore>()) })
        {
            var token = await first.GivenTokenAsync(await first.GivenUserAsync("ann"), Scopes.All & ~Scopes.Admin);
            var (here, there) = (first.Bearer(token), second.Bearer(token));
            var model = await here.GivenServedModelAsync(OnnxModels.Sum);
            await here.GivenOnnxVersionAsync(model, OnnxModels.Product);
            await here.MoveAsync(model, "1", "Production");
            Assert.Equal(200, (await TrafficHub.SetAsync(here, model, "SPLIT", 40)).Status);
            await Eventually.TrueAsync(async () => (await AnsweringAsync(here, model)).Contains(2) && (await AnsweringAsync(there, model)).Contains(2));

            var (one, other) = (await AnsweringAsync(here, model), await AnsweringAsync(there, model));
            Assert.Equal(200, (await TrafficHub.SetAsync(there, model, "CANARY", 100, errors: 0, least: 1)).Status);

            Assert.Equal(one, other);
            await Eventually.TrueAsync(async () => (await AnsweringAsync(here, model)).TrueForAll(v => v == 2) && (await AnsweringAsync(there, model)).TrueForAll(v => v == 2));

            // Either node may take it back: the other follows.
            Assert.Equal(400, (await here.InvokeAsync(model, "Production", "{}")).Status);
            await Eventually.TrueAsync(async () => (await AnsweringAsync(there, model)).TrueForAll(v => v == 1));
        }

        await remove();
    }

    private static async Task<List<int>> AnsweringAsync(HttpClient client, string model)
    {
        List<int> versions = [];
        foreach (var key in Keys)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/model/{model}/Production/invocations") { Content = new StringContent(TrafficHub.Body, null, "application/json") };
            request.Headers.Add("MlHub-Sticky-Key", key);
            using var answer = await client.SendAsync(request);
            versions.Add(int.Parse(answer.Headers.GetValues("MlHub-Model-Version").Single(), CultureInfo.InvariantCulture));
        }

        return versions;
    }

    private static (string, string)[] Settings(string connection) => [("MlHub:Database:Provider", "PostgreSql"), ("ConnectionStrings:MlHub", connection)];
}
