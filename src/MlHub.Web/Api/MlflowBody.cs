using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Features;

namespace MlHub.Web.Api;

/// <summary>Reads a message from a body or a query string, as forgivingly as MLflow's server, and writes the answer.</summary>
public static class MlflowBody
{
    private static readonly byte[] EmptyObject = "{}"u8.ToArray();

    /// <exception cref="HubException">Invalid, naming the field, where a value has the wrong type or the nesting is too deep.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext context)
    {
        var type = TypeOf<T>();
        if (HttpMethods.IsGet(context.Request.Method) || (HttpMethods.IsDelete(context.Request.Method) && !HasBody(context)))
        {
            return Parse(QueryAsJson(context.Request.Query, type), type);
        }

        var (buffer, length) = await ReadAllAsync(context);
        try
        {
            return Parse(buffer.AsMemory(0, length), type);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public static Task WriteAsync<T>(HttpContext context, T answer)
    {
        context.Response.ContentType = "application/json";
        if (answer is Empty)
        {
            context.Response.ContentLength = EmptyObject.Length;
            return context.Response.Body.WriteAsync(EmptyObject, 0, EmptyObject.Length, context.RequestAborted);
        }

        return JsonSerializer.SerializeAsync(context.Response.BodyWriter, answer, TypeOf<T>(), context.RequestAborted);
    }

    /// <summary>Also true for a chunked body, which names no length.</summary>
    private static bool HasBody(HttpContext context) =>
        context.Request.ContentLength is not 0 && context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true };

    /// <summary>The message in its plainest spelling: the same for all requests that say the same.</summary>
    public static byte[] BytesOf<T>(T message) => JsonSerializer.SerializeToUtf8Bytes(message, TypeOf<T>());

    private static JsonTypeInfo<T> TypeOf<T>() => (JsonTypeInfo<T>)WireJson.Default.GetTypeInfo(typeof(T))!;

    private static async Task<(byte[] Buffer, int Length)> ReadAllAsync(HttpContext context)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(context.Request.ContentLength + 1 ?? 4096, Limits.JsonBodyBytes));
        var length = 0;
        while (true)
        {
            var read = await context.Request.Body.ReadAsync(buffer.AsMemory(length), context.RequestAborted);
            if (read == 0)
            {
                return (buffer, length);
            }

            length += read;
            if (length > Limits.JsonBodyBytes)
            {
                ArrayPool<byte>.Shared.Return(buffer);
                throw HubException.Invalid($"The request's body is larger than {Limits.JsonBodyBytes} bytes.");
            }

            if (length == buffer.Length)
            {
                var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                buffer.CopyTo(larger, 0);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }
        }
    }

    private static T Parse<T>(ReadOnlyMemory<byte> json, JsonTypeInfo<T> type)
    {
        json = WithoutByteOrderMark(json);
        try
        {
            return JsonSerializer.Deserialize(json.Span, type) ?? Parse(EmptyObject, type);
        }
        catch (JsonException e)
        {
            return Reread(json, type, e);
        }
    }

    /// <summary>What strict JSON refuses and MLflow takes: bare NaN, JSON within a JSON text, and what is no JSON at all.</summary>
    private static T Reread<T>(ReadOnlyMemory<byte> json, JsonTypeInfo<T> type, JsonException refused, bool isInText = false)
    {
        var repaired = BareNumbers.Quote(json.Span);
        using var document = DocumentOrNull(repaired, refused);
        return document?.RootElement switch
        {
            // Not JSON: read as if empty, so that the answer names the first missing field.
            null => Parse(EmptyObject, type),
            { ValueKind: JsonValueKind.Object } message => Deserialize(repaired, message, type),
            { ValueKind: JsonValueKind.Null } => Parse(EmptyObject, type),
            { ValueKind: JsonValueKind.String } text when !isInText => Reread(Encoding.UTF8.GetBytes(TextOrEmpty(text)), type, refused, isInText: true),
            _ => throw HubException.Invalid("The request's body must be a JSON object."),
        };
    }

    private static JsonDocument? DocumentOrNull(byte[] json, JsonException refused)
    {
        try
        {
            return JsonDocument.Parse(json, new() { MaxDepth = Limits.JsonDepth });
        }
        catch (JsonException e) when (IsNested(e) || IsNested(refused))
        {
            throw HubException.Invalid($"The request's JSON is nested deeper than {Limits.JsonDepth} levels.");
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static T Deserialize<T>(byte[] json, JsonElement message, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type)!;
        }
        catch (JsonException e) when (IsNested(e))
        {
            throw HubException.Invalid($"The request's JSON is nested deeper than {Limits.JsonDepth} levels.");
        }
        catch (JsonException) when (type.Properties.Any(p => p.Name == "run_uuid") && !Has(message, "run_id") && !Has(message, "run_uuid"))
        {
            // As MLflow does, a run is asked for before anything else is looked at.
            throw Needed.Missing("run_id");
        }
        catch (JsonException e)
        {
            throw e.Path is { Length: > 2 } ? WrongValues.Refuse(message, e) : HubException.Invalid("The request's body must be a JSON object.");
        }
    }

    private static bool Has(JsonElement message, string field) => message.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null;

    private static string TextOrEmpty(JsonElement text)
    {
        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half a character is no text.
            return "";
        }
    }

    private static bool IsNested(JsonException e) => e.Message.Contains("maximum configured depth", StringComparison.Ordinal) || e.Message.Contains("MaxDepth", StringComparison.Ordinal);

    private static ReadOnlyMemory<byte> WithoutByteOrderMark(ReadOnlyMemory<byte> json) => json.Span.StartsWith("\uFEFF"u8) ? json[3..] : json;

    private static ReadOnlyMemory<byte> QueryAsJson<T>(IQueryCollection query, JsonTypeInfo<T> type)
    {
        var json = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(json);
        writer.WriteStartObject();
        foreach (var field in type.Properties.Where(f => query.ContainsKey(f.Name)))
        {
            if (typeof(System.Collections.IList).IsAssignableFrom(field.PropertyType))
            {
                writer.WriteStartArray(field.Name);
                foreach (var value in query[field.Name])
                {
                    writer.WriteStringValue(value);
                }

                writer.WriteEndArray();
            }
            else
            {
                writer.WriteString(field.Name, query[field.Name].ToString());
            }
        }

        writer.WriteEndObject();
        writer.Flush();
        return json.WrittenMemory;
    }
}
