using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fluid;
using Fluid.Ast;
using Fluid.Values;

namespace MlHub.Webhooks;

/// <summary>
/// A text in Liquid, made harmless: of the language only what cannot multiply what it is given, and of .NET nothing. Steps, depth, the
/// length of each value and of the whole are limited.
/// </summary>
public sealed class LiquidTemplate
{
    private const int Steps = 10_000, Depth = 20, LongestValue = 64 * 1024, LongestRange = 1000;

    /// <summary>The parser goes down a call for each bracket and block, and no process survives the end of its stack.</summary>
    private const int MostBrackets = 100, MostTags = 100;

    private static readonly string[] Tags = ["if", "unless", "case", "for", "assign", "comment", "raw", "break", "continue", "#"];
    private static readonly string[] Filters =
    [
        "append", "capitalize", "default", "divided_by", "downcase", "escape", "first", "json", "last", "minus", "plus", "prepend", "round", "size", "slice", "strip",
        "strip_newlines", "times", "truncate", "truncatewords", "upcase", "url_encode",
    ];

    private static readonly FluidParser Parser = MakeParser();
    private static readonly TemplateOptions Options = MakeOptions();

    private readonly IFluidTemplate _template;

    private LiquidTemplate(IFluidTemplate template) => _template = template;

    /// <exception cref="HubException">Invalid: it is no template, or one that names what there is not.</exception>
    public static LiquidTemplate Parse(string text)
    {
        if (text.Length > Limits.WebhookTemplate)
        {
            throw HubException.Invalid($"Invalid value for parameter 'template' supplied: It is longer than {Limits.WebhookTemplate} characters.");
        }

        CheckDepth(text);
        if (!Parser.TryParse(text, out var template, out var error))
        {
            throw Refusal(error);
        }

        new Ranges().VisitTemplate(template);
        return new(template);
    }

    /// <exception cref="HubException">Invalid: it asks for too much.</exception>
    public string Render(JsonObject facts)
    {
        var context = new TemplateContext(Options);
        foreach (var (name, value) in facts)
        {
            context.SetValue(name, FluidValue.Create(Plain(value), Options));
        }

        using var text = new LimitedWriter();
        try
        {
            // Nothing in it waits for anything, so this is done when it returns.
            _template.RenderAsync(text, NullEncoder.Default, context).AsTask().GetAwaiter().GetResult();
            return text.ToString();
        }
        catch (HubException)
        {
            throw;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw Refusal(e.Message);
        }
    }

    /// <summary>Whatever is nested how deep: no deeper than there are of it.</summary>
    private static void CheckDepth(string text)
    {
        if (text.AsSpan().CountAny('[', '(') > MostBrackets || text.AsSpan().Count("{%") > MostTags)
        {
            throw Refusal($"There are more than {MostBrackets} brackets or {MostTags} tags in it.");
        }
    }

    private static FluidParser MakeParser()
    {
        var parser = new FluidParser(new FluidParserOptions { AllowFunctions = false });
        foreach (var tag in parser.RegisteredTags.Keys.Except(Tags).ToList())
        {
            parser.RegisteredTags.Remove(tag);
        }

        return parser;
    }

    private static TemplateOptions MakeOptions()
    {
        var options = new TemplateOptions { MaxSteps = Steps, MaxRecursion = Depth, CultureInfo = CultureInfo.InvariantCulture, StrictFilters = true };
        foreach (var (name, filter) in options.Filters.ToList())
        {
            options.Filters.Remove(name);
            if (Filters.Contains(name))
            {
                options.Filters.AddFilter(name, async (input, arguments, context) => Limited(await filter(input, arguments, context)));
            }
        }

        return options;
    }

    private static FluidValue Limited(FluidValue value) => value is StringValue && value.ToStringValue().Length > LongestValue ? throw Refusal("A value became too long.") : value;

    private static HubException Refusal(string reason) => HubException.Invalid($"Invalid value for parameter 'template' supplied: {reason}");

    private static object? Plain(JsonNode? node) => node switch
    {
        JsonObject fields => fields.ToDictionary(f => f.Key, f => Plain(f.Value)),
        JsonArray items => items.Select(Plain).ToList(),
        JsonValue value => value.GetValueKind() switch
        {
            JsonValueKind.String => value.GetValue<string>(),
            JsonValueKind.Number => decimal.Parse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        },
        _ => null,
    };

    /// <summary>A range is made whole before its first number is used.</summary>
    private sealed class Ranges : AstVisitor
    {
        protected override Expression VisitRangeExpression(RangeExpression range) =>
            range is { From: LiteralExpression { Value: NumberValue from }, To: LiteralExpression { Value: NumberValue to } } && to.ToNumberValue() - from.ToNumberValue() < LongestRange
                ? range
                : throw Refusal($"A range must be of two numbers, and not longer than {LongestRange}.");
    }

    /// <summary>Takes as much as a payload may be long, in UTF-8.</summary>
    private sealed class LimitedWriter() : StringWriter(CultureInfo.InvariantCulture)
    {
        private int _bytes;

        public override void Write(char value)
        {
            Count(value < 0x80 ? 1 : 3);
            base.Write(value);
        }

        public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

        public override void Write(ReadOnlySpan<char> buffer)
        {
            Count(System.Text.Encoding.UTF8.GetByteCount(buffer));
            base.GetStringBuilder().Append(buffer);
        }

        public override void Write(string? value) => Write(value.AsSpan());

        public override Task WriteAsync(char value)
        {
            Write(value);
            return Task.CompletedTask;
        }

        public override Task WriteAsync(string? value)
        {
            Write(value);
            return Task.CompletedTask;
        }

        public override Task WriteAsync(char[] buffer, int index, int count)
        {
            Write(buffer, index, count);
            return Task.CompletedTask;
        }

        public override Task WriteAsync(ReadOnlyMemory<char> buffer, CancellationToken cancellationToken = default)
        {
            Write(buffer.Span);
            return Task.CompletedTask;
        }

        private void Count(int bytes)
        {
            if ((_bytes += bytes) > Limits.WebhookPayload)
            {
                throw Refusal($"It made more than {Limits.WebhookPayload} bytes.");
            }
        }
    }
}
