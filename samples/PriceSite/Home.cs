using System.Globalization;

namespace PriceSite;

/// <summary>Where a home may stand: the middle of the sales there, in degrees.</summary>
public sealed record Place(string Name, double Latitude, double Longitude);

/// <summary>A home as a visitor describes it.</summary>
/// <param name="Beds">Bedrooms.</param>
/// <param name="Baths">Bathrooms; a half has no bathtub.</param>
/// <param name="Sqft">Living space in square feet.</param>
/// <param name="Type">One of <see cref="Types"/>.</param>
/// <param name="Place">One of <see cref="Places"/>, by name.</param>
public sealed record Home(double Beds, double Baths, double Sqft, string Type, string Place)
{
    /// <summary>What the form begins with.</summary>
    public static Home Usual { get; } = new(3, 2, 1500, "Residential", "Sacramento");

    public static IReadOnlyList<(string Name, string Words)> Types { get; } = [("Residential", "House"), ("Condo", "Condominium"), ("Multi_Family", "Several families")];

    public static IReadOnlyList<Place> Places { get; } =
    [
        new("Sacramento", 38.5621, -121.4431), new("Carmichael", 38.6402, -121.3258), new("Citrus Heights", 38.7014, -121.3002), new("El Dorado Hills", 38.6725, -121.056),
        new("Elk Grove", 38.4149, -121.4154), new("Folsom", 38.6707, -121.1397), new("Lincoln", 38.8703, -121.2956), new("North Highlands", 38.6826, -121.3757),
        new("Rancho Cordova", 38.5741, -121.2679), new("Roseville", 38.7654, -121.3047),
    ];

    /// <summary>What is not said is usual.</summary>
    /// <exception cref="FormatException">Says what cannot be.</exception>
    public static Home Read(IQueryCollection query)
    {
        return new(Number("beds", Usual.Beds, 0, 12), Number("baths", Usual.Baths, 0.5, 12), Number("sqft", Usual.Sqft, 200, 10_000), Choice("type", Usual.Type, Types.Select(t => t.Name)), Choice("place", Usual.Place, Places.Select(p => p.Name)));

        double Number(string name, double usual, double least, double most) => (string?)query[name] is not { Length: > 0 } text ? usual
            : double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"'{name}' must be a number from {least} to {most}."));

        string Choice(string name, string usual, IEnumerable<string> choices) => (string?)query[name] is not { Length: > 0 } text ? usual
            : choices.FirstOrDefault(c => c.Equals(text, StringComparison.OrdinalIgnoreCase)) ?? throw new FormatException($"'{name}' must be one of: {string.Join(", ", choices)}.");
    }

    /// <summary>The columns of the model's signature.</summary>
    public IReadOnlyDictionary<string, double> Columns()
    {
        var place = Places.First(p => p.Name == Place);
        return new Dictionary<string, double>
        {
            ["beds"] = Beds,
            ["baths"] = Baths,
            ["sqft"] = Sqft,
            ["latitude"] = place.Latitude,
            ["longitude"] = place.Longitude,
            ["type_residential"] = Type == "Residential" ? 1 : 0,
            ["type_condo"] = Type == "Condo" ? 1 : 0,
            ["type_multi_family"] = Type == "Multi_Family" ? 1 : 0,
        };
    }
}
