using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Containers;

/// <summary>
/// A registry on this machine with one image in it, which is empty and has root for its user: what an image made on top of it has more than that is ours. It
/// stands in for Microsoft's, whose images are neither needed nor fetched to see what we put on them.
/// </summary>
public sealed class BaseImageRegistry : IAsyncDisposable
{
    private const string ManifestType = "application/vnd.docker.distribution.manifest.v2+json";

    private readonly Dictionary<string, byte[]> _blobs = [];
    private readonly byte[] _manifest;
    private WebNode _node = null!;

    private BaseImageRegistry()
    {
        var tar = EmptyTar();
        var (layer, layerSize) = Keep(Compress(tar));
        var (config, configSize) = Keep(Encoding.UTF8.GetBytes($$$"""
            {"architecture":"amd64","os":"linux","config":{"User":"0","Env":["PATH=/usr/bin"]},
             "rootfs":{"type":"layers","diff_ids":["{{{DigestOf(tar)}}}"]},"history":[{"created_by":"the test"}]}
            """));
        _manifest = Encoding.UTF8.GetBytes($$"""
            {"schemaVersion":2,"mediaType":"{{ManifestType}}",
             "config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":{{configSize}},"digest":"{{config}}"},
             "layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip","size":{{layerSize}},"digest":"{{layer}}"}]}
            """);
    }

    /// <summary>The image's full name. The SDK asks a registry of this host over plain http.</summary>
    public string Image => $"localhost:{new Uri(_node.Url).Port}/base:1";

    public static async Task<BaseImageRegistry> StartAsync()
    {
        var registry = new BaseImageRegistry();
        registry._node = await Nodes.StartBackendAsync(registry.AnswerAsync);
        return registry;
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var found = path.StartsWith("/v2/base/manifests/", StringComparison.Ordinal) ? _manifest : _blobs.GetValueOrDefault(path[(path.LastIndexOf('/') + 1)..]);
        if (found is null)
        {
            context.Response.StatusCode = 404;
            return;
        }

        context.Response.ContentType = found == _manifest ? ManifestType : "application/octet-stream";
        context.Response.ContentLength = found.Length;
        context.Response.Headers["Docker-Content-Digest"] = DigestOf(found);
        await context.Response.Body.WriteAsync(found);
    }

    private (string Digest, int Size) Keep(byte[] blob)
    {
        _blobs[DigestOf(blob)] = blob;
        return (DigestOf(blob), blob.Length);
    }

    private static string DigestOf(byte[] bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";

    private static byte[] EmptyTar()
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes))
            tar.WriteEntry(new PaxTarEntry(TarEntryType.Directory, "tmp"));
        return bytes.ToArray();
    }

    private static byte[] Compress(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return compressed.ToArray();
    }
}
