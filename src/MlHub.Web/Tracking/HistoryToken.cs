using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using MlHub.Tracking.Metrics;

namespace MlHub.Web.Tracking;

/// <summary>
/// The opaque <c>page_token</c> of a metric's history: the point after which the next page begins, and a fingerprint of the history,
/// as another one's point would skip some of this one without a word.
/// </summary>
public static class HistoryToken
{
    private const int PointBytes = 24, FingerprintBytes = 8, Length = PointBytes + FingerprintBytes;

    public static string Format(string runId, string key, MetricPoint point)
    {
        Span<byte> bytes = stackalloc byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, point.Step);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], point.Timestamp);
        BinaryPrimitives.WriteDoubleBigEndian(bytes[16..], point.Value);
        Fingerprint(runId, key).CopyTo(bytes[PointBytes..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <exception cref="HubException">Invalid for everything that <see cref="Format"/> would not have written for this history.</exception>
    public static MetricPoint? Parse(string runId, string key, string? token)
    {
        if (string.IsNullOrEmpty(token))
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[Length];
        if (!Base64Url.IsValid(token, out var length) || length != Length || !Base64Url.TryDecodeFromChars(token, bytes, out _))
        {
            throw HubException.Invalid("Invalid page token, could not base64-decode");
        }

        return bytes[PointBytes..].SequenceEqual(Fingerprint(runId, key))
            ? new(BinaryPrimitives.ReadInt64BigEndian(bytes), BinaryPrimitives.ReadInt64BigEndian(bytes[8..]), BinaryPrimitives.ReadDoubleBigEndian(bytes[16..]))
            : throw HubException.Invalid("Invalid value for parameter 'page_token' supplied: It is no page token of this history.");
    }

    private static ReadOnlySpan<byte> Fingerprint(string runId, string key) => SHA256.HashData(Encoding.UTF8.GetBytes($"{runId} {key}")).AsSpan(0, FingerprintBytes);
}
