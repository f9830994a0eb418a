namespace MlHub.Bench;

/// <summary>The loads of a model registry: pages of 100 out of 10,000 versions and 1,000 models.</summary>
internal sealed class RegistryLoads(HubProcess hub, BenchOptions options)
{
    private const int VersionsPerModel = 10;

    public IEnumerable<Figures> All()
    {
        Fill();
        foreach (var (name, search) in new[]
        {
            ("versions: 100 of 10,000 by tag", "/model-versions/search?max_results=100&filter=" + Text("tags.grp = 'g3'")),
            ("versions: 100 of 10,000 by name and number, sorted by name", "/model-versions/search?max_results=100&order_by=name&filter=" + Text("name LIKE 'model-01%' AND version_number > 5")),
            ("versions: 100 of 10,000, last updated first", "/model-versions/search?max_results=100"),
            ("models: 100 of 1,000 by tag", "/registered-models/search?max_results=100&filter=" + Text("tags.team = 't3' OR name LIKE '%7%'")),
            ("models: 100 of 1,000, last updated first", "/registered-models/search?max_results=100&order_by=" + Text("last_updated_timestamp DESC")),
        })
        {
            var next = search + "&page_token=" + HubCalls.Read(hub, search).GetProperty("next_page_token").GetString();
            var (first, second) = (HubCalls.Get(search), HubCalls.Get(next));
            foreach (var figures in Load.RunAll(hub, name, 10, options.Length, i => i % 2 == 0 ? first : second))
            {
                yield return figures;
            }
        }
    }

    private void Fill()
    {
        for (var m = 0; m < options.Models; m++)
        {
            HubCalls.Call(hub, "/registered-models/create", $$"""{"name":"model-{{m:0000}}","description":"Predicts {{m}}","tags":[{"key":"team","value":"t{{m % 7}}"}]}""");
        }

        for (var v = 0; v < VersionsPerModel; v++)
        {
            for (var m = 0; m < options.Models; m++)
            {
                HubCalls.Call(hub, "/model-versions/create", $$"""{"name":"model-{{m:0000}}","source":"s3://bucket/{{m}}/{{v}}","run_id":"run_{{m}}_{{v}}","tags":[{"key":"grp","value":"g{{(m + v) % 10}}"},{"key":"gdpr","value":"passed"}]}""");
            }
        }
    }

    private static string Text(string text) => Uri.EscapeDataString(text);
}
