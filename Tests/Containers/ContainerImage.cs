using System.Formats.Tar;
using System.IO.Compression;
using System.Reflection;
using System.Text.Json.Nodes;
using CliWrap;
using CliWrap.Buffered;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Containers;

/// <summary>An image as <c>dotnet publish -t:PublishContainer</c> makes it, on top of an empty one.</summary>
public sealed class ContainerImage
{
    private static readonly Lazy<Task<ContainerImage>> s_gateway = new(() => PublishAsync("Gateway"));
    private static readonly Lazy<Task<ContainerImage>> s_worker = new(() => PublishAsync("ClientWorker"));

    private readonly string _layer;

    private ContainerImage(string folder)
    {
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "manifest.json")))![0]!;
        Tag = manifest["RepoTags"]![0]!.GetValue<string>();
        var image = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, manifest[nameof(Config)]!.GetValue<string>())))!;
        Config = image["config"]!;
        // The base image's is the first.
        _layer = Path.Combine(folder, Assert.Single(manifest["Layers"]!.AsArray().Skip(1))!.GetValue<string>());
        using var layer = OpenLayer();
        using var files = new TarReader(layer);
        while (files.GetNextEntry() is { } entry)
            Files.Add((entry.Name, entry.Uid, entry.Gid, entry.Mode));
    }

    public string Tag { get; }

    /// <summary>User, ports, environment, labels and the rest of what a container begins with.</summary>
    public JsonNode Config { get; }

    /// <summary>What lies on top of the base image.</summary>
    public List<(string Name, int Owner, int Group, UnixFileMode Mode)> Files { get; } = [];

    /// <summary>That of <c>Gateway</c> or <c>ClientWorker</c>, made once for all tests.</summary>
    public static Task<ContainerImage> OfAsync(string project) => project == "Gateway" ? s_gateway.Value : s_worker.Value;

    /// <summary>Unpacks its files.</summary>
    public async Task UnpackAsync(string folder)
    {
        await using var layer = OpenLayer();
        await TarFile.ExtractToDirectoryAsync(layer, folder, overwriteFiles: false, TestContext.Current.CancellationToken);
    }

    // Whatever its name says.
    private GZipStream OpenLayer() => new(File.OpenRead(_layer), CompressionMode.Decompress);

    private static async Task<ContainerImage> PublishAsync(string project)
    {
        await using var registry = await BaseImageRegistry.StartAsync();
        var (folder, published) = (Scratch.Folder(project), Scratch.Folder("published"));
        // What these tests were built with: a build of its own would take longer than all of them.
        var configuration = typeof(ContainerImage).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        var publish = await Cli.Wrap("dotnet").WithWorkingDirectory(Repository.Root)
            .WithArguments(
            [
                "publish", project, "--no-build", "-c", configuration, "-o", published, "-t:PublishContainer", "-nodeReuse:false",
                $"-p:ContainerBaseImage={registry.Image}", $"-p:ContainerArchiveOutputPath={Path.Combine(folder, "image.tar")}",
            ])
            .WithEnvironmentVariables(new Dictionary<string, string?> { ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1" })
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        Assert.True(publish.IsSuccess, publish.StandardOutput + publish.StandardError);
        await TarFile.ExtractToDirectoryAsync(Path.Combine(folder, "image.tar"), folder, overwriteFiles: false, TestContext.Current.CancellationToken);
        // All of it is in the layer.
        Directory.Delete(published, recursive: true);
        File.Delete(Path.Combine(folder, "image.tar"));
        return new(folder);
    }
}
