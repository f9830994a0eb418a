namespace MlHub.Demo.Tests;

/// <summary>The real data, split as the demo splits it.</summary>
internal static class Sacramento
{
    public static HouseSales Sales { get; } = HouseSales.Read(HouseSales.DefaultFile);

    public static DataSplit Split { get; } = Sales.Split(0.2, seed: 20);
}
