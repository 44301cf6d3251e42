using SessionAware.FakeResponsesBackend.Items;

namespace SessionAware.FakeResponsesBackend.Tokens;

/// <summary>What an image costs: a base and so much for each tile of 512 by 512, as measured for gpt-4o. Other models count otherwise.</summary>
internal static class ImageTokens
{
    private const int Base = 85;
    private const int PerTile = 170;
    private const int Tile = 512;
    private const int LongestSide = 2048;
    private const int ShortSide = 768;

    // What a photograph of the usual size has; only a PNG tells its size here.
    private const int UsualTiles = 4;

    /// <summary>The cost of one image.</summary>
    public static int Of(InputImage image) =>
        image.Detail == "low" ? Base : Base + (PerTile * (image.Attachment.Pixels is var (width, height) ? Tiles(width, height) : UsualTiles));

    private static int Tiles(double width, double height)
    {
        var fit = Math.Min(1, LongestSide / Math.Max(width, height));
        (width, height) = (width * fit, height * fit);
        var shrink = Math.Min(1, ShortSide / Math.Min(width, height));
        return (int)(Math.Ceiling(width * shrink / Tile) * Math.Ceiling(height * shrink / Tile));
    }
}
