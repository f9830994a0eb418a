using MlHub.Artifacts;
using MlHub.Scoring.Signatures;

namespace MlHub.Compare;

/// <summary>Which values fit where. Numbers widen as MLflow's enforcement of schemas converts them (docs, "Model Signatures", type conversion).</summary>
public static class TypeRules
{
    /// <summary>Whether every value of one type is taken, whole, where the other is asked for.</summary>
    public static bool Fits(SignatureType from, SignatureType to) => (from, to) switch
    {
        (_, PlainType { Name: SignatureType.Any }) => true,
        (PlainType one, PlainType other) => one.Name == other.Name || (one.Name, other.Name) is ("integer", "long" or "double") or ("float", "double"),
        (TensorType one, TensorType other) => one.Element == other.Element && one.Shape.Count == other.Shape.Count
            && one.Shape.Zip(other.Shape).All(d => d.Second == -1 || d.First == d.Second),
        (ListType one, ListType other) => Fits(one.Item, other.Item),
        (MapType one, MapType other) => Fits(one.Value, other.Value),
        (ObjectType one, ObjectType other) => Fits(one, other),
        _ => false,
    };

    /// <summary>A property that is asked for must be sent, and one that is sent must have its place.</summary>
    private static bool Fits(ObjectType from, ObjectType to)
    {
        var sent = from.Properties.ToDictionary(p => p.Name, StringComparer.Ordinal);
        return to.Properties.All(p => sent.Remove(p.Name, out var given) ? Fits(given.Type, p.Type) && (given.Required || !p.Required) : !p.Required)
            && sent.Count == 0;
    }
}
