using CliWrap;
using CliWrap.Buffered;

namespace SessionAware.Tests.SessionStores;

/// <summary>
/// Takes the right to write to a store's file and its log away, also from who has them open, until it is disposed of. Where that cannot be had, the test is skipped.
/// </summary>
public sealed class WriteProtection : IDisposable
{
    private readonly string[] _files;

    // The index of the log is shared memory: who may not write to that any more dies of it.
    private WriteProtection(string store) => _files = [store, store + "-wal"];

    public static async Task<WriteProtection> OfAsync(string store)
    {
        var protection = new WriteProtection(store);
        await using var open = new FileStream(store, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var set = await Cli.Wrap("chattr").WithArguments(["+i", .. protection._files]).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync();
        Assert.SkipUnless(set.IsSuccess, $"Files cannot be made immutable here (root and the command 'chattr' are needed): {set.StandardError.Trim()}");
        if (!MayWrite(open))
            return protection;
        protection.Dispose();
        Assert.Skip("This file system lets who has a file open write to it although it is immutable; ext4 does not.");
        return protection;
    }

    private static bool MayWrite(FileStream open)
    {
        try
        {
            // What is there already: a SQLite file begins with that letter.
            RandomAccess.Write(open.SafeFileHandle, "S"u8, fileOffset: 0);
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public void Dispose() => Cli.Wrap("chattr").WithArguments(["-i", .. _files]).ExecuteAsync().Task.Wait();
}
