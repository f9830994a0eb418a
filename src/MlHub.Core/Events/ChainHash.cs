using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MlHub.Events;

/// <summary>
/// The hash of a link: SHA-256 over the hash before it and the event's row in canonical form. The form is described in
/// docs/operations.md, so that an audit can be verified without MlHub; it changes only under a new version.
/// </summary>
public static class ChainHash
{
    private const string Version = "mlhub-event-1\n";

    /// <summary>What stands before the first link.</summary>
    public static readonly byte[] Start = new byte[SHA256.HashSizeInBytes];

    public static byte[] Of(byte[] previous, long seq, HubEvent row)
    {
        var text = new StringBuilder(Version);
        Add(text, Number(seq));
        Add(text, Number(row.Id));
        Add(text, Number(row.At.ToUnixTimeMilliseconds()));
        Add(text, row.Actor);
        Add(text, row.ActorId?.ToString());
        Add(text, row.Via);
        Add(text, row.Address);
        Add(text, row.UserAgent);
        Add(text, row.Kind);
        Add(text, row.Subject);
        Add(text, Number(row.ExperimentId));
        Add(text, Number(row.ModelId));
        Add(text, Number(row.Version));
        Add(text, row.Before);
        Add(text, row.After);
        return SHA256.HashData([.. previous, .. Encoding.UTF8.GetBytes(text.ToString())]);
    }

    /// <summary>The length in bytes, a colon, the text, a comma; a minus and a comma for what is absent.</summary>
    private static void Add(StringBuilder text, string? field) =>
        _ = field is null ? text.Append("-,") : text.Append(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetByteCount(field)}:").Append(field).Append(',');

    private static string? Number(long? value) => value?.ToString(CultureInfo.InvariantCulture);
}
