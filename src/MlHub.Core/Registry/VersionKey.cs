using System.Globalization;

namespace MlHub.Registry;

/// <summary>A model's name and a version's number, as callers name a version.</summary>
public readonly record struct VersionKey(string Model, int Number)
{
    /// <exception cref="HubException">Invalid where the version is no whole number above zero.</exception>
    public static VersionKey Parse(string model, string version) =>
        int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? new(model, number)
            : throw HubException.Invalid($"Parameter 'version' must be an integer, got '{Tracking.LogRules.Shown(version)}'.");

    public override string ToString() => $"{Model} version {Number.ToString(CultureInfo.InvariantCulture)}";
}
