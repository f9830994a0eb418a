using System.Text.Json;

namespace MlHub.Serving.Duels;

/// <summary>What a duel is to be.</summary>
/// <param name="Against">The number of the version that is replayed against; null for the one in the stage that is asked for, else in Production.</param>
/// <param name="Requests">How many of the newest kept requests are replayed.</param>
/// <param name="Tolerance">Numbers are equal that differ by no more than this part of the larger one.</param>
/// <param name="MinimumAgreement">The share of equal answers with which the check passes.</param>
public sealed record DuelOrder(int? Against, int Requests = 200, double Tolerance = 0.05, double MinimumAgreement = 0.9)
{
    public const int MostRequests = 1000;

    /// <exception cref="HubException">Invalid, naming the parameter.</exception>
    internal void Check()
    {
        Require(Requests is >= 1 and <= MostRequests, "requests", $"it must be from 1 to {MostRequests}.");
        Require(Tolerance is >= 0 and <= 1, "tolerance", "it must be from 0 to 1.");
        Require(MinimumAgreement is >= 0 and <= 1, "minimum_agreement", "it must be from 0 to 1.");
    }

    private static void Require(bool holds, string parameter, string rule)
    {
        if (!holds)
        {
            throw HubException.Invalid($"Invalid value for parameter '{parameter}' supplied: {rule}");
        }
    }
}

/// <summary>Milliseconds that half and 95 of a hundred requests took at most; null without requests.</summary>
public sealed record DuelLatency(double? P50, double? P95)
{
    internal static DuelLatency Of(IReadOnlyCollection<double> milliseconds)
    {
        List<double> sorted = [.. milliseconds.Order()];
        return sorted.Count == 0 ? new(null, null) : new(Math.Round(At(0.5), 3), Math.Round(At(0.95), 3));

        double At(double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Count) - 1)];
    }
}

/// <summary>How far the answers under one output are from each other.</summary>
/// <param name="Name">The output.</param>
/// <param name="Values">How many pairs were compared.</param>
/// <param name="Equal">How many of them are equal.</param>
/// <param name="MeanAbsolute">Of numbers: the mean of |candidate − present|; null for classes.</param>
/// <param name="MaxAbsolute">The largest of them.</param>
/// <param name="MeanRelative">The mean of |candidate − present| over the larger of both.</param>
/// <param name="MaxRelative">The largest of them.</param>
/// <param name="Confusion">Of classes: how often the present version answered one and the candidate another, the most frequent first.</param>
public sealed record OutputDifference(
    string Name, int Values, int Equal, double? MeanAbsolute, double? MaxAbsolute, double? MeanRelative, double? MaxRelative, IReadOnlyList<ClassPair> Confusion);

public sealed record ClassPair(string Present, string Candidate, int Count);

/// <summary>What a column adds to the candidate's answer beyond what it adds to the present version's, by SHAP.</summary>
public sealed record ColumnShift(string Column, double Difference);

/// <summary>A row that the two versions answer differently. The row itself stays among the kept requests, for those who may read them.</summary>
/// <param name="Captured">The kept request's id.</param>
/// <param name="Row">Within it.</param>
/// <param name="Present">The present version's answer.</param>
/// <param name="Candidate">The candidate's, or how it failed.</param>
/// <param name="Distance">0 for equal, up to 2 for numbers, 3 for another class, 4 for a failure.</param>
public sealed record Disagreement(long Captured, int Row, string Present, string Candidate, double Distance)
{
    /// <summary>The heaviest columns first; empty where the models cannot be explained.</summary>
    public IReadOnlyList<ColumnShift> Shifts { get; init; } = [];
}

/// <summary>Requests that could not be replayed, and why.</summary>
public sealed record LeftOut(string Why, int Requests);

/// <summary>How a duel went.</summary>
/// <param name="Present">The number of the version that was replayed against.</param>
/// <param name="Replayed">Requests that both versions were asked.</param>
/// <param name="Rows">Answers that were compared.</param>
/// <param name="Equal">How many of them are equal.</param>
public sealed record DuelResult(int Present, int Replayed, int Rows, int Equal)
{
    public double Agreement => Rows == 0 ? 0 : (double)Equal / Rows;
    public IReadOnlyList<LeftOut> LeftOut { get; init; } = [];
    public IReadOnlyList<OutputDifference> Outputs { get; init; } = [];

    /// <summary>The largest first.</summary>
    public IReadOnlyList<Disagreement> Disagreements { get; init; } = [];

    /// <summary>When callers asked.</summary>
    public DuelLatency Captured { get; init; } = new(null, null);
    public DuelLatency PresentLatency { get; init; } = new(null, null);
    public DuelLatency CandidateLatency { get; init; } = new(null, null);
    public int PresentErrors { get; init; }
    public int CandidateErrors { get; init; }

    /// <summary>What the first failure of either side said.</summary>
    public string? Error { get; init; }

    /// <summary>How the columns' shifts were computed, or why they were not.</summary>
    public string Explained { get; init; } = "";
}

/// <summary>What was asked for and, once it is done, how it went. It stands as a block of JSON at the end of a check's details.</summary>
public sealed record DuelReport(DuelOrder Order, DuelResult? Result)
{
    private const string Fence = "```json\n";

    /// <summary>JSON escapes the mark that would end the block.</summary>
    internal string Block => $"{Fence}{JsonSerializer.Serialize(this, JsonSerializerOptions.Web)}\n```\n";

    /// <summary>What of a check's details is for people.</summary>
    public static string WithoutBlock(string details) => details.LastIndexOf(Fence, StringComparison.Ordinal) is >= 0 and var at ? details[..at] : details;

    public static DuelReport? ReadOrNull(string details)
    {
        var at = details.LastIndexOf(Fence, StringComparison.Ordinal);
        if (at < 0)
        {
            return null;
        }

        var json = details.AsSpan(at + Fence.Length);
        try
        {
            return JsonSerializer.Deserialize<DuelReport>(json[..Math.Max(0, json.IndexOf('\n'))], JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
