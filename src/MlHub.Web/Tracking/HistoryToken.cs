using System.Buffers.Binary;
using System.Buffers.Text;
using MlHub.Tracking.Metrics;

namespace MlHub.Web.Tracking;

/// <summary>The opaque <c>page_token</c> of a metric's history: the point after which the next page begins.</summary>
public static class HistoryToken
{
    private const int Length = 24;

    public static string Format(MetricPoint point)
    {
        Span<byte> bytes = stackalloc byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, point.Step);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], point.Timestamp);
        BinaryPrimitives.WriteDoubleBigEndian(bytes[16..], point.Value);
        return Base64Url.EncodeToString(bytes);
    }

    public static MetricPoint? Parse(string? token)
    {
        if (string.IsNullOrEmpty(token))
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[Length];
        return Base64Url.IsValid(token, out var length) && length == Length && Base64Url.TryDecodeFromChars(token, bytes, out _)
            ? new(BinaryPrimitives.ReadInt64BigEndian(bytes), BinaryPrimitives.ReadInt64BigEndian(bytes[8..]), BinaryPrimitives.ReadDoubleBigEndian(bytes[16..]))
            : throw HubException.Invalid("Invalid page token, could not base64-decode");
    }
}
