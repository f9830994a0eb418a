using MlHub.DataVersions;
using MlHub.Tracking;

namespace MlHub.Core.Tests.DataVersions;

/// <summary>What MLflow's clients write of data: sources, schemas, and the tag of Spark's autologging.</summary>
public sealed class DataSourceTests
{
    [Theory]
    [InlineData("delta_table", """{"path": "/data/sales", "delta_table_version": 3}""", "Delta table|/data/sales|3||")]
    [InlineData("delta_table", """{"delta_table_name": "main.x.sales", "delta_table_version": "12", "is_databricks_uc_table": true}""", "Delta table|main.x.sales|12||")]
    [InlineData("delta_table", """{"path": "/data/sales"}""", "Delta table|/data/sales|||")]
    [InlineData("spark", """{"table_name": "sales"}""", "Spark table|sales|||")]
    [InlineData("spark", """{"sql": "SELECT 1"}""", "Spark SQL|||SELECT 1|")]
    [InlineData("http", """{"url": "https://example.com/a.csv"}""", "web|https://example.com/a.csv|||https://example.com/a.csv")]
    [InlineData("http", """{"url": "javascript:alert(1)"}""", "web|javascript:alert(1)|||")]
    [InlineData("http", """{"url": "https://me:secret@example.com/a.csv"}""", "web|https://me:secret@example.com/a.csv|||")]
    [InlineData("hugging_face", """{"path": "stanfordnlp/imdb", "config_name": null, "split": "train", "revision": "None"}""", "Hugging Face|stanfordnlp/imdb||train|https://huggingface.co/datasets/stanfordnlp/imdb")]
    [InlineData("hugging_face", """{"path": "../../evil"}""", "Hugging Face|../../evil|||")]
    [InlineData("local", """{"uri": "/home/dana/a.csv"}""", "file|/home/dana/a.csv|||")]
    [InlineData("s3", """{"uri": "s3://bucket/a.csv"}""", "s3|s3://bucket/a.csv|||")]
    [InlineData("code", """{"tags": {"mlflow.user": "dana"}}""", "code|||made by the run's code|")]
    [InlineData("local", "not json", "file|not json|||")]
    [InlineData("local", "[1]", "file||||")]
    public void A_source_is_read_in_the_form_of_its_type(string type, string source, string expected)
    {
        var read = DataSource.Of(new() { ExperimentId = 1, Name = "d", Digest = "x", SourceType = type, Source = source });

        Assert.Equal(expected, $"{read.Kind}|{read.Location}|{read.Version}|{read.Detail}|{read.Link}");
    }

    [Theory]
    [InlineData("path=/data/sales,version=3,format=delta", "Delta table /data/sales 3")]
    [InlineData("path=/data/a.csv,format=csv", "Spark csv /data/a.csv ")]
    [InlineData("path=/data/a,version=2,format=x,version=7,format=delta", "Delta table /data/a,version=2,format=x 7")]
    [InlineData("path=/data/a,version=None,format=delta", "Delta table /data/a ")]
    [InlineData("path=,format=csv", "")]
    [InlineData("format=csv", "")]
    [InlineData("path=/data/sales,version=3,format=delta\npath=/data/sales,version=3,format=delta\nnonsense\n\npath=b,format=parquet", "Delta table /data/sales 3; Spark parquet b ")]
    public void The_tag_of_spark_is_read_line_by_line(string tag, string expected) =>
        Assert.Equal(expected, string.Join("; ", SparkSources.ReadAll(tag).Select(s => $"{s.Kind} {s.Location} {s.Version}")));

    [Theory]
    [InlineData("""{"mlflow_colspec": [{"type": "double", "name": "area", "required": true}, {"type": {"type": "array"}, "name": "tags"}]}""", "area double, tags array")]
    [InlineData("""{"mlflow_tensorspec": {"features": "[{\"type\": \"tensor\", \"tensor-spec\": {\"dtype\": \"float32\", \"shape\": [-1, 28, 28]}}]", "targets": "[{\"type\": \"tensor\", \"tensor-spec\": {\"dtype\": \"int64\", \"shape\": [-1]}}]"}}""", "features float32 [-1, 28, 28], targets int64 [-1]")]
    [InlineData("""{"mlflow_tensorspec": {"features": "[{\"type\": \"tensor\", \"name\": \"x\", \"tensor-spec\": {\"dtype\": \"float32\", \"shape\": [2]}}]", "targets": null}}""", "x float32 [2]")]
    [InlineData("""{"type": "struct", "fields": [{"name": "beds", "type": "long", "nullable": true, "metadata": {}}, {"name": "at", "type": {"type": "struct", "fields": []}}]}""", "beds long, at struct")]
    [InlineData("""{"mlflow_colspec": "x"}""", "")]
    [InlineData("""{"mlflow_tensorspec": {"features": "\"x\""}}""", "")]
    [InlineData("""{"columns": []}""", null)]
    [InlineData("{", null)]
    [InlineData(null, null)]
    public void A_schema_is_read_in_each_of_its_forms(string? schema, string? expected) =>
        Assert.Equal(expected, DataSchema.ReadOrNull(schema) is { } columns ? string.Join(", ", columns.Select(c => $"{c.Name} {c.Type}")) : null);

    [Fact]
    public void A_table_that_a_dataset_names_is_not_told_twice()
    {
        var dataset = new Dataset { ExperimentId = 1, Name = "sales", Digest = "x", SourceType = "delta_table", Source = """{"path": "file:///data/sales", "delta_table_version": 3}""" };
        var run = new RunDetails(
            new() { RunId = "r", ExperimentId = 1, Name = "r", UserId = "", CreatedBy = "", Status = RunStatus.Running, StartTime = 0 }, [], [],
            [new(SparkSources.Tag, "path=/data/sales/,version=3,format=delta\npath=/data/sales,version=4,format=delta")], [new(dataset, "{}")]);

        Assert.Equal([("sales", 3L), ("/data/sales", 4L)], RunData.Of(run).Select(d => (d.Name, d.Source.Version!.Value)));
    }
}
