using System.Security.Cryptography;

namespace MlHub.Webhooks;

/// <summary>The names of deliveries: <c>msg_</c> and a ULID (https://github.com/ulid/spec), which sorts by time.</summary>
internal static class MessageIds
{
    private const string Crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Letters = 26, RandomBytes = 10;

    public static string New(DateTimeOffset at)
    {
        UInt128 value = (ulong)at.ToUnixTimeMilliseconds();
        Span<byte> random = stackalloc byte[RandomBytes];
        RandomNumberGenerator.Fill(random);
        foreach (var part in random)
        {
            value = (value << 8) | part;
        }

        return "msg_" + string.Create(Letters, value, (text, rest) =>
        {
            for (var i = text.Length - 1; i >= 0; i--, rest >>= 5)
            {
                text[i] = Crockford[(int)(uint)(rest & 31)];
            }
        });
    }
}
