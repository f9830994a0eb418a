namespace MlHub.Demo.Tests;

public sealed class HouseSalesTests
{
    [Fact]
    public void Every_sale_of_the_file_is_read()
    {
        IReadOnlyList<HouseSale> sales = Sacramento.Sales.Sales;

        Assert.Equal(932, sales.Count);
        Assert.Equal(new HouseSale(2, 1, 836, "Residential", 59222, 38.631913f, -121.434879f), sales[0]);
        Assert.Equal(["Condo", "Multi_Family", "Residential"], sales.Select(sale => sale.Type).Distinct().Order());
    }

    [Fact]
    public void A_home_has_one_feature_of_its_type()
    {
        float[] features = HouseFeatures.Of(new HouseSale(2, 1.5f, 900, "Condo", 100_000, 38.5f, -121.5f));

        Assert.Equal([2, 1.5f, 900, 38.5f, -121.5f, 0, 1, 0], features);
        Assert.Equal(HouseFeatures.Names.Count, features.Length);
    }

    [Fact]
    public void A_split_uses_each_sale_once()
    {
        DataSplit split = Sacramento.Split;

        Assert.Equal(186, split.Validation.Count);
        Assert.Equal(
            Sacramento.Sales.Sales.Select(sale => sale.Price).Order(),
            split.Training.Targets.Concat(split.Validation.Targets).Order());
    }

    [Fact]
    public void The_same_seed_splits_the_same_way_and_another_seed_does_not()
    {
        string digest = Sacramento.Split.Validation.Digest();

        Assert.Equal(digest, Sacramento.Sales.Split(0.2, seed: 20).Validation.Digest());
        Assert.NotEqual(digest, Sacramento.Sales.Split(0.2, seed: 21).Validation.Digest());
        Assert.Matches("^[0-9a-f]{8}$", digest);
    }

    [Fact]
    public void A_file_without_a_needed_column_is_refused_by_name()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "\"beds\",\"baths\"\n1,1\n");

            var refusal = Assert.Throws<InvalidDataException>(() => HouseSales.Read(file));
            Assert.Contains("'sqft'", refusal.Message);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
