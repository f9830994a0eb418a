namespace MlHub.Reviews;

/// <summary>What the rules of a policy are held against.</summary>
/// <param name="Requester">Who asked for the move.</param>
/// <param name="Author">Who made the version.</param>
/// <param name="Approvals">Who has said yes, the decider included once they have.</param>
/// <param name="Decider">Who decides now; null where somebody only looks.</param>
/// <param name="Tags">The version's tags.</param>
/// <param name="Checks">The version's checks.</param>
public sealed record PolicyFacts(
    DateTimeOffset Now,
    string Requester,
    string Author,
    IReadOnlyList<Approver> Approvals,
    Approver? Decider,
    IReadOnlyDictionary<string, string> Tags,
    IReadOnlyList<Check> Checks);

/// <summary>Somebody who approved or is about to; a right that was lost since makes an approval void.</summary>
public sealed record Approver(string Name, IReadOnlyList<string> Groups, bool HasRight = true);
