namespace MlHub.Demo;

/// <summary>What the models see of a home: sizes and place as they are, the type one-hot; city and zip are left out, the coordinates say the same more finely.</summary>
public static class HouseFeatures
{
    public const string Target = "price";

    public static IReadOnlyList<string> Names { get; } =
        ["beds", "baths", "sqft", "latitude", "longitude", "type_residential", "type_condo", "type_multi_family"];

    public static float[] Of(HouseSale sale) =>
    [
        sale.Beds,
        sale.Baths,
        sale.Sqft,
        sale.Latitude,
        sale.Longitude,
        IsType(sale, "Residential"),
        IsType(sale, "Condo"),
        IsType(sale, "Multi_Family"),
    ];

    private static float IsType(HouseSale sale, string type) => sale.Type == type ? 1 : 0;
}
