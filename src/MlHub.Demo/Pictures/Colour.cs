namespace MlHub.Demo.Pictures;

/// <summary>An RGB colour.</summary>
internal readonly record struct Colour(byte Red, byte Green, byte Blue);
