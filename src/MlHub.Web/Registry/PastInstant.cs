namespace MlHub.Web.Registry;

/// <summary>The instant that an address asks for.</summary>
public static class PastInstant
{
    // The last millisecond of the year 9999; whatever lies outside becomes the nearest that a clock can show.
    private const long Last = 253_402_300_799_999;

    public static DateTimeOffset? OrNull(long? milliseconds) =>
        milliseconds is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(ms, 0, Last)) : null;
}
