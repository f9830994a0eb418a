using System.Net;
using System.Text.RegularExpressions;

namespace MlHub.Bench;

/// <summary>What a browser asks for of an experiment's table of runs, in the name of somebody signed in to the page.</summary>
internal sealed partial class TableLoads(HubProcess hub, BenchOptions options)
{
    private const double Goal = 50;

    private readonly BenchRuns _runs = new(hub);

    public IEnumerable<Figures> All()
    {
        Parallel.For(0, options.Runs, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i => _runs.Filled(i));
        RawConnection.Cookie = SignedInAsync().GetAwaiter().GetResult();
        var columns = string.Concat(Enumerable.Range(0, 5).Select(i => $"&cols=metrics.m{i}&cols=params.p{i}"));
        var rows = $"/runs-table/rows?experiment_id={_runs.Experiment}{columns}&fixed=status&fixed=started&fixed=duration";
        try
        {
            foreach (var (name, path) in new[]
            {
                ("first paint", $"/experiments/{_runs.Experiment}"),
                ("first paint, sorted by a metric", $"/experiments/{_runs.Experiment}?order_by=metrics.m2%20DESC"),
                ("rows, newest first", rows),
                ("rows, sorted by a metric", $"{rows}&order_by=metrics.m2%20DESC"),
                ("rows, sorted by a param", $"{rows}&order_by=params.p2%20DESC"),
                ("rows, a jump to the middle", $"{rows}&skip={options.Runs / 2}"),
                ("rows, the same sorted by a metric", $"{rows}&order_by=metrics.m2%20DESC&skip={options.Runs / 2}"),
                ("count", $"/runs-table/count?experiment_id={_runs.Experiment}"),
                ("count of a filter", $"/runs-table/count?experiment_id={_runs.Experiment}&filter=metrics.m1%20%3E%200.5"),
                ("columns found by their name", $"/runs-table/columns?experiment_id={_runs.Experiment}&text=m1"),
                ("groups by a param, five metrics", $"{rows}&group=params.p1"),
            })
            {
                var request = RawConnection.Request("GET", path, null);
                var bytes = new RawConnection(hub.Port).Send(request).Body.Length;
                yield return Load.Run(hub, $"{name} ({bytes / 1024} KB)", Goal, 1, options.Length, _ => request);
            }
        }
        finally
        {
            RawConnection.Cookie = null;
        }
    }

    private async Task<string> SignedInAsync()
    {
        var cookies = new CookieContainer();
        using var browser = new HttpClient(new HttpClientHandler { CookieContainer = cookies, AllowAutoRedirect = false }) { BaseAddress = new($"http://127.0.0.1:{hub.Port}") };
        var page = await browser.GetStringAsync("/sign-in");
        var fields = Hidden().Matches(page.Split("</form>")[0]).Select(m => KeyValuePair.Create(m.Groups[1].Value, WebUtility.HtmlDecode(m.Groups[2].Value)))
            .Append(new("Input.UserName", RawConnection.User)).Append(new("Input.Password", HubProcess.Password));
        using var answer = await browser.PostAsync("/sign-in", new FormUrlEncodedContent(fields));
        return answer.StatusCode == HttpStatusCode.Redirect
            ? string.Join("; ", cookies.GetCookies(browser.BaseAddress).Select(c => $"{c.Name}={c.Value}"))
            : throw new InvalidOperationException($"The sign-in answered {answer.StatusCode}.");
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"")]
    private static partial Regex Hidden();
}
