using System.Text;
using MlHub.Artifacts;
using MlHub.Web.Artifacts;

namespace MlHub.Web.Tests.Artifacts;

public sealed class ArtifactPreviewTests
{
    [Fact]
    public async Task A_model_file_tells_flavors_and_signature()
    {
        var preview = Assert.IsType<ModelPreview>(await PreviewAsync("model/MLmodel", """
            flavors:
              onnx:
                data: model.onnx
            run_id: abc
            signature:
              inputs: '[{"name": "beds", "type": "double", "required": true}, {"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 3]}}]'
            """));

        Assert.Equal(["onnx"], preview.Model.Flavors.Select(f => f.Name));
        Assert.Equal([("beds", "double", true), ("#1", "float32[-1,3]", true)], preview.Model.Signature.Single().Fields.Select(f => (f.Name, f.Type.ToString(), f.Required)));
    }

    [Theory]
    [InlineData("flavors: {a: b}\na: &a [x,x,x]\nb: [*a,*a]")]
    [InlineData("flavors: !!js/function 'function(){}'")]
    [InlineData("flavors: {}\n? [a]\n: b")]
    [InlineData("- just\n- a list")]
    [InlineData("flavors: 'no map'")]
    public async Task A_strange_model_file_is_only_text(string yaml) =>
        Assert.Equal(yaml, Assert.IsType<TextPreview>(await PreviewAsync("MLmodel", yaml)).Text);

    [Fact]
    public async Task Ten_thousand_levels_are_only_text() =>
        Assert.IsType<TextPreview>(await PreviewAsync("MLmodel", "flavors: " + new string('[', 10_000) + new string(']', 10_000)));

    [Theory]
    [InlineData("x.svg")]
    [InlineData("x.xml")]
    [InlineData("x.xhtml")]
    public async Task What_a_browser_could_run_is_text(string name) =>
        Assert.IsType<TextPreview>(await PreviewAsync(name, "<svg onload=alert(1)>"));

    [Theory]
    [InlineData("a.PDF", typeof(PdfPreview))]
    [InlineData("a.wav", typeof(SoundPreview))]
    [InlineData("a.mp4", typeof(FilmPreview))]
    [InlineData("a.png", typeof(PicturePreview))]
    [InlineData("a.md", typeof(MarkdownPreview))]
    [InlineData("a.html", typeof(PagePreview))]
    [InlineData("a.onnx", typeof(NoPreview))]
    public async Task Each_kind_of_file_has_its_view(string name, Type view) => Assert.IsType(view, await PreviewAsync(name, "words"));

    [Fact]
    public async Task An_array_of_numpy_is_shown_in_rows()
    {
        var header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }".PadRight(117) + "\n";
        byte[] file = [0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. Encoding.ASCII.GetBytes(header), .. new[] { 1.5, 2, 3, 4, 5, double.NaN }.SelectMany(BitConverter.GetBytes)];

        var array = Assert.IsType<ArrayPreview>(await ArtifactPreview.ReadAsync(ArtifactPath.Parse("shap_values.npy"), new MemoryStream(file), default)).Array;
        var cut = await ArtifactPreview.ReadAsync(ArtifactPath.Parse("a.npy"), new MemoryStream(file[..130]), default);

        Assert.Equal([2, 3], array.Shape);
        Assert.Equal([1.5, 2, 3, 4, 5, double.NaN], array.Values);
        Assert.IsType<NoPreview>(cut);
    }

    [Fact]
    public async Task Of_a_long_text_the_first_part_is_shown()
    {
        var preview = Assert.IsType<TextPreview>(await PreviewAsync("big.log", new string('é', Limits.ArtifactPreviewBytes)));

        Assert.False(preview.IsWhole);
        Assert.InRange(preview.Text.Length, 500_000, Limits.ArtifactPreviewBytes / 2);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_not_shown() =>
        Assert.IsType<NoPreview>(await ArtifactPreview.ReadAsync(ArtifactPath.Parse("w.bin"), new MemoryStream([1, 0, 2]), default));

    [Fact]
    public async Task Json_is_set_in_lines_and_keeps_its_letters() =>
        Assert.Equal("{\n  \"a\": \"é<b>\"\n}", Assert.IsType<TextPreview>(await PreviewAsync("a.json", "{\"a\":\"é<b>\"}")).Text.ReplaceLineEndings("\n"));

    [Fact]
    public async Task Json_too_deep_is_left_as_it_is() => Assert.StartsWith("[[[", Assert.IsType<TextPreview>(await PreviewAsync("a.json", new string('[', 5000))).Text);

    [Fact]
    public async Task A_table_keeps_quoted_separators_and_lines()
    {
        var table = Assert.IsType<TablePreview>(await PreviewAsync("t.csv", "a,b\n\"x, \"\"y\"\"\",\"two\nlines\"\n1,2"));

        Assert.Equal(["a", "b"], table.Header);
        Assert.Equal([["x, \"y\"", "two\nlines"], ["1", "2"]], table.Rows);
        Assert.False(table.HasMore);
    }

    [Fact]
    public async Task Of_a_long_table_the_first_rows_are_shown()
    {
        var table = Assert.IsType<TablePreview>(await PreviewAsync("t.csv", string.Join('\n', Enumerable.Range(0, 1000))));

        Assert.Equal((TablePreview.MostRows, true), (table.Rows.Count, table.HasMore));
    }

    private static Task<ArtifactPreview> PreviewAsync(string path, string content) =>
        ArtifactPreview.ReadAsync(ArtifactPath.Parse(path), new MemoryStream(Encoding.UTF8.GetBytes(content)), default);
}
