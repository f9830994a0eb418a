namespace MlHub.Demo;

/// <summary>One sale of a home, as a row of the data file.</summary>
public sealed record HouseSale(float Beds, float Baths, float Sqft, string Type, float Price, float Latitude, float Longitude);
