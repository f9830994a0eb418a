using System.Globalization;
using System.Net;

namespace PriceSite;

/// <summary>The form, and beside it the price or why there is none. Everything that others said is encoded.</summary>
public static class PricePage
{
    public static string Write(SiteSettings settings, Home home, Quote? quote, string? problem, string? details) =>
        $"""
        <!doctype html>
        <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <meta name="color-scheme" content="light dark">
          <title>What is my home worth?</title>
          <link rel="icon" href="data:,">
          <link rel="stylesheet" href="site.css">
        </head>
        <body>
          <header><h1>What is my home worth?</h1><p>An estimate for homes in and around Sacramento, from what others were sold for.</p></header>
          <main>
            <form action="./" method="get">
              <h2>Your home</h2>
              {Number("beds", "Bedrooms", home.Beds, 0, 12, 1)}
              {Number("baths", "Bathrooms", home.Baths, 0.5, 12, 0.5)}
              {Number("sqft", "Living space, square feet", home.Sqft, 200, 10_000, 1)}
              {Choice("type", "Type", home.Type, Home.Types)}
              {Choice("place", "Where it stands", home.Place, Home.Places.Select(p => (p.Name, p.Name)))}
              <button type="submit">What is it worth?</button>
            </form>
            <section aria-label="Price" class="{(quote is null ? "none" : "answer")}">
              {(quote is null ? Problem(problem, details) : Answer(quote))}
            </section>
          </main>
          <footer>Asked of <strong>{Text(settings.Model)}</strong> in {Text(settings.Stage)}. An estimate is no offer.</footer>
        </body>
        </html>
        """;

    private static string Answer(Quote quote) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        <p class="label">Estimated price</p>
        <p><output>${quote.Price:N0}</output> <abbr title="US dollars">USD</abbr></p>
        <dl><div><dt>Answered by</dt><dd>version {Text(quote.Version)}</dd></div><div><dt>in</dt><dd>{quote.Milliseconds:0.0} ms</dd></div></dl>
        """);

    private static string Problem(string? problem, string? details) =>
        $"""<p class="label">No price now</p><p role="alert">{Text(problem)}</p>{(details is null ? "" : $"<details><summary>What the hub says</summary><p>{Text(details)}</p></details>")}""";

    private static string Number(string name, string label, double value, double least, double most, double step) => string.Create(
        CultureInfo.InvariantCulture,
        $"""<label>{label}<input type="number" name="{name}" value="{value}" min="{least}" max="{most}" step="{step}" required></label>""");

    private static string Choice(string name, string label, string chosen, IEnumerable<(string Name, string Words)> choices) =>
        $"""<label>{label}<select name="{name}">{string.Concat(choices.Select(c => $"""<option value="{Text(c.Name)}"{(c.Name == chosen ? " selected" : "")}>{Text(c.Words)}</option>"""))}</select></label>""";

    private static string Text(string? text) => WebUtility.HtmlEncode(text ?? "");
}
