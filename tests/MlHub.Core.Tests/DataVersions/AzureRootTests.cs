using Azure.Storage.Blobs;
using MlHub.Adapters.DataVersions;
using MlHub.DataVersions;
using MlHub.Testing.Blobs;
using MlHub.Testing.DataVersions;

namespace MlHub.Core.Tests.DataVersions;

/// <summary>Tables in a container of Azure Blob Storage, below the folder that was opened.</summary>
public sealed class AzureRootTests : IAsyncDisposable
{
    private readonly BlobContainerClient _container = new(Azurite.Shared.ConnectionString, $"lake-{Guid.NewGuid():N}");
    private readonly string _local = Directory.CreateTempSubdirectory("mlhub-azure-").FullName;

    public async ValueTask DisposeAsync()
    {
        await _container.DeleteIfExistsAsync();
        Directory.Delete(_local, recursive: true);
    }

    [Fact]
    public async Task A_table_in_the_opened_folder_is_judged_and_others_are_closed()
    {
        await _container.CreateAsync();
        var table = new GivenTable(Path.Combine(_local, "sales")).Write("old.parquet", 10, "price").Overwrite("old.parquet").Checkpoint(1).CleanLogBefore(1).Write(5);
        await UploadAsync("gold/sales", table);
        await UploadAsync("golden/secret", table);
        using var tables = new TableVersions(new DataFolders([$"{_container.Uri}/gold"], Azurite.Shared.ConnectionString, _local), new ParquetCheckpoints());

        Assert.Equal((Reproducibility.Reproducible, "The log of version 2 and its 3 data files are there."), await JudgeAsync(tables, $"{_container.Uri}/gold/sales", 2));
        Assert.Equal(Reproducibility.Lost, (await JudgeAsync(tables, $"{_container.Uri}/gold/sales/", 0)).Item1);
        await _container.DeleteBlobAsync($"gold/sales/{GivenTable.CheckpointFiles[0]}");
        Assert.Equal((Reproducibility.Lost, "1 of the 3 data files of version 2 is gone, as VACUUM removes it."), await JudgeAsync(tables, $"{_container.Uri}/gold/sales", 2));
        foreach (var closed in (string[])[$"{_container.Uri}/golden/secret", $"{_container.Uri}/gold/../golden/secret", $"{_container.Uri}/gold/%2e%2e/golden/secret", $"{_container.Uri}", $"{_container.Uri}/gold/sales?sv=1", "https://other.blob.core.windows.net/x/gold/sales"])
        {
            Assert.Equal("MlHub does not look into this table.", (await JudgeAsync(tables, closed, 2)).Item2);
        }
    }

    [Fact]
    public void Spark_and_the_web_write_one_place_in_their_own_ways()
    {
        const string Connection = "DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;EndpointSuffix=core.windows.net";
        var folders = new DataFolders(["https://acme.blob.core.windows.net/lake/gold"], Connection, _local);

        Assert.NotNull(folders.OpenOrNull("abfss://lake@acme.dfs.core.windows.net/gold/sales"));
        Assert.NotNull(folders.OpenOrNull("wasbs://lake@acme.blob.core.windows.net/gold/sales"));
        Assert.NotNull(folders.OpenOrNull("https://acme.dfs.core.windows.net/lake/gold/sales"));
        foreach (var closed in (string[])["abfss://lake@acme.dfs.core.windows.net/silver", "abfss://other@acme.dfs.core.windows.net/gold/sales", "abfss://lake@acme.dfs.evil.net/gold/sales", "abfss://lake@acme2.dfs.core.windows.net/gold/sales", "https://me:pw@acme.blob.core.windows.net/lake/gold/sales", "abfss://lake/other@acme.dfs.core.windows.net/gold"])
        {
            Assert.Null(folders.OpenOrNull(closed));
        }

        Assert.Throws<IOException>(() => new DataFolders(["https://other.blob.core.windows.net/lake"], Connection, _local));
        Assert.Throws<IOException>(() => new DataFolders(["https://acme.blob.core.windows.net/lake"], "nonsense", _local));
    }

    private static async Task<(Reproducibility, string)> JudgeAsync(TableVersions tables, string place, long version)
    {
        var verdict = (await tables.JudgeAsync(new(DataSource.Delta, place, version), null, default)).Verdict;
        return (verdict.State, verdict.Reason);
    }

    private async Task UploadAsync(string name, GivenTable table)
    {
        foreach (var file in Directory.EnumerateFiles(table.Folder, "*", SearchOption.AllDirectories))
        {
            await _container.GetBlobClient($"{name}/{Path.GetRelativePath(table.Folder, file)}").UploadAsync(file, overwrite: true);
        }
    }
}
