using CliWrap;
using CliWrap.Buffered;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.SessionStores;

/// <summary>A file system of two megabytes, which can be filled. Where this user may mount none, the test is skipped.</summary>
public sealed class SmallDisk : IDisposable
{
    private SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    public static async Task<SmallDisk> MountAsync(string options = "")
    {
        var folder = Scratch.Folder("disk");
        var mounted = await Cli.Wrap("mount").WithArguments($"-t tmpfs -o size=2m {options} tmpfs {folder}").WithValidation(CommandResultValidation.None).ExecuteBufferedAsync();
        Assert.SkipUnless(mounted.IsSuccess, $"A tmpfs of 2 MiB cannot be mounted here (root and the command 'mount' are needed): {mounted.StandardError.Trim()}");
        return new(folder);
    }

    /// <summary>Leaves no room for anything.</summary>
    public void Fill()
    {
        using var filler = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1);
        try
        {
            while (true)
                filler.Write(new byte[512]);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public void Free() => File.Delete(Filler);

    public void Dispose() => Cli.Wrap("umount").WithArguments($"-l {Folder}").ExecuteAsync().Task.Wait();

    private string Filler => Path.Combine(Folder, "filler");
}
