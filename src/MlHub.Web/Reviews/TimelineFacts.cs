using System.Text.Json;
using MlHub.Events;
using MlHub.Registry;

namespace MlHub.Web.Reviews;

/// <summary>What an event's before and after hold, as a page shows it: nothing for what is empty.</summary>
internal static class TimelineFacts
{
    public static string? Text(this JsonElement? facts, string name) => EventJson.Text(facts, name) is { Length: > 0 } text ? text : null;

    public static Stage? Stage(this JsonElement? facts, string name = "stage") => facts.Text(name) is { } text ? Stages.ParseOrNull(text) : null;
}
