using Microsoft.AspNetCore.WebUtilities;

namespace MlHub.Web.Tracking;

/// <summary>How the curves of a run are drawn, as the address says it; <c>curve-layout.js</c> reads and writes the same names.</summary>
public static class CurveLayout
{
    private static readonly string[] Names = ["axis", "smoothing", "log", "robust", "find"];

    /// <summary>The layout alone, in one spelling; empty where the address says nothing of it.</summary>
    public static string Of(string? queryString)
    {
        var query = QueryHelpers.ParseQuery(queryString);
        var told = Names.Select(n => KeyValuePair.Create(n, query.GetValueOrDefault(n).ToString())).Where(p => p.Value.Length > 0)
            .Select(p => KeyValuePair.Create(p.Key, (string?)p.Value));
        return QueryHelpers.AddQueryString("", told).TrimStart('?');
    }
}
