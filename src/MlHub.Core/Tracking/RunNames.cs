namespace MlHub.Tracking;

/// <summary>Names for runs whose author gave none: adjective-noun-number, as MLflow does.</summary>
public static class RunNames
{
    private static readonly string[] Adjectives =
    [
        "able", "amber", "bold", "brave", "bright", "calm", "clever", "crisp", "curious", "eager", "fair", "fleet", "gentle", "glad", "golden",
        "happy", "honest", "jolly", "keen", "kind", "lively", "lucid", "merry", "mellow", "nimble", "noble", "patient", "polite", "proud", "quick",
        "quiet", "rapid", "rare", "serene", "sharp", "shining", "silent", "sincere", "smooth", "steady", "sunny", "swift", "thoughtful", "upbeat",
        "valiant", "vivid", "warm", "wise", "witty", "zesty",
    ];

    private static readonly string[] Nouns =
    [
        "ant", "badger", "bass", "bear", "bee", "crane", "deer", "dolphin", "dove", "eagle", "elk", "falcon", "finch", "fox", "frog", "goose",
        "hare", "hawk", "heron", "horse", "ibex", "jay", "kite", "koala", "lark", "lynx", "mare", "mole", "moose", "moth", "newt", "otter", "owl",
        "panda", "penguin", "perch", "pike", "quail", "raven", "robin", "seal", "shrew", "snail", "sparrow", "squid", "stork", "swan", "trout",
        "whale", "wren",
    ];

    public static string MakeUp() =>
        $"{Adjectives[Random.Shared.Next(Adjectives.Length)]}-{Nouns[Random.Shared.Next(Nouns.Length)]}-{Random.Shared.Next(1, 1000)}";
}
