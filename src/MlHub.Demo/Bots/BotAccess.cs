namespace MlHub.Demo.Bots;

/// <summary>What a bot needs to know of the hub; both are told once.</summary>
/// <param name="Token">Of its service account.</param>
/// <param name="Secret">With which the hub signs what it sends.</param>
public sealed record BotAccess(string Token, string Secret);
