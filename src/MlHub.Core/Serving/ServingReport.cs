using MlHub.Registry;
using MlHub.Scoring.Signatures;
using MlHub.Scoring.Workers;

namespace MlHub.Serving;

/// <summary>The version that answers a request.</summary>
/// <param name="ModelId">The registered model.</param>
/// <param name="VersionId">Its version.</param>
/// <param name="Version">The version's number.</param>
/// <param name="Selector">As it was asked for: a number, a stage, or an alias with an @ before it.</param>
/// <param name="Scorer">Who computes.</param>
public readonly record struct ScoringTarget(long ModelId, long VersionId, int Version, string Selector, Scorer Scorer);

/// <summary>What callers are told of a version before they call it.</summary>
/// <param name="Number">Within the model.</param>
/// <param name="Signature">Its model's signature; empty where it has none.</param>
/// <param name="Example">A request made from its input example, UTF-8; null where it has none.</param>
public sealed record DescribedVersion(int Number, IReadOnlyList<(SignaturePart Part, IReadOnlyList<SignatureField> Fields)> Signature, byte[]? Example);

/// <summary>How a model is served.</summary>
/// <param name="IsEnabled">Whether it is served at all.</param>
/// <param name="Missing">What this hub needs before it can serve anything; null where nothing is missing.</param>
/// <param name="Versions">Those that are not archived, newest first.</param>
/// <param name="Endpoints">The names that lead to versions.</param>
public sealed record ServingReport(bool IsEnabled, string? Missing, IReadOnlyList<ServedVersion> Versions, IReadOnlyList<ServedEndpoint> Endpoints)
{
    /// <summary>Whether an administrator allowed the Python code in the model's files to be run.</summary>
    public bool IsPythonTrusted { get; init; }

    /// <summary>The version that answers under a stage, an alias with an @, or a number; null where none is shown.</summary>
    public ServedVersion? Asked(string selector)
    {
        var endpoint = Endpoints.FirstOrDefault(e => e.Selector == selector);
        var number = endpoint is null ? selector : $"{endpoint.Answering ?? endpoint.Version}";
        return Versions.FirstOrDefault(v => $"{v.Number}" == number);
    }
}

/// <summary>A version that can be asked.</summary>
/// <param name="Number">Within the model.</param>
/// <param name="Stage">Its stage.</param>
/// <param name="Aliases">Names that point at it.</param>
/// <param name="State">How its processes fare.</param>
/// <param name="Objection">Why it cannot be served; null where it can.</param>
/// <param name="Signature">Its model's signature.</param>
/// <param name="Example">A request made from its input example, UTF-8; null where it has none.</param>
public sealed record ServedVersion(
    int Number, Stage Stage, IReadOnlyList<string> Aliases, ScorerState State, string? Objection,
    IReadOnlyList<(SignaturePart Part, IReadOnlyList<SignatureField> Fields)> Signature, byte[]? Example)
{
    /// <summary>Why it goes on with settings from before; null where it does not.</summary>
    public string? RenewalRefusal { get; init; }
}

/// <summary>A name that leads to a version.</summary>
/// <param name="Selector">A stage, or an alias with an @ before it.</param>
/// <param name="Version">Where it leads by the registry.</param>
/// <param name="Answering">Which version answers now; another one only while the new one is loaded. Null where the model is not served.</param>
public sealed record ServedEndpoint(string Selector, int Version, int? Answering)
{
    /// <summary>Whether another version has a share of its requests, as a split or a canary.</summary>
    public bool IsShared { get; init; }
}
