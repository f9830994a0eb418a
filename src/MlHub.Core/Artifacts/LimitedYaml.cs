using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace MlHub.Artifacts;

/// <summary>
/// Reads YAML that anybody may have written, as plain maps (<c>Dictionary&lt;string, object&gt;</c>), lists and text. No tags, no
/// anchors or aliases, bounded depth and size: a document beyond that is not read at all.
/// </summary>
public static class LimitedYaml
{
    private const int MostNodes = 20_000;

    public static Dictionary<string, object>? ReadMapOrNull(string text)
    {
        try
        {
            var parser = new Parser(new StringReader(text));
            parser.Consume<StreamStart>();
            parser.Consume<DocumentStart>();
            var left = MostNodes;
            return Read(parser, 0, ref left) as Dictionary<string, object>;
        }
        catch (YamlException)
        {
            return null;
        }
    }

    private static object Read(Parser parser, int depth, ref int left)
    {
        if (depth > Limits.JsonDepth || --left < 0)
        {
            throw new YamlException("The document is deeper or larger than is read here.");
        }

        if (!parser.TryConsume<NodeEvent>(out var node) || !node.Anchor.IsEmpty || !node.Tag.IsEmpty)
        {
            throw new YamlException("Tags and aliases are not read here.");
        }

        return node switch
        {
            Scalar scalar => scalar.Value,
            SequenceStart => ReadList(parser, depth, ref left),
            MappingStart => ReadMap(parser, depth, ref left),
            _ => throw new YamlException("Unknown node."),
        };
    }

    private static List<object> ReadList(Parser parser, int depth, ref int left)
    {
        List<object> list = [];
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            list.Add(Read(parser, depth + 1, ref left));
        }

        return list;
    }

    private static Dictionary<string, object> ReadMap(Parser parser, int depth, ref int left)
    {
        Dictionary<string, object> map = new(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = Read(parser, depth + 1, ref left) as string ?? throw new YamlException("Only text is read as a key here.");
            map[key] = Read(parser, depth + 1, ref left);
        }

        return map;
    }
}
