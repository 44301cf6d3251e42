using System.Security.Cryptography;
using CsCheck;
using SessionAware.Gateway.Forwarding;

namespace SessionAware.Tests.Pools;

/// <summary>A request body that is read once from the caller and as often as needed by backends.</summary>
public sealed class Resendable_body
{
    /// <summary>Reads are given up at random moments, also just when the caller's bytes have arrived; whatever was read before, the next reader gets all.</summary>
    [Fact]
    public async Task No_byte_is_lost_whenever_a_reader_gives_up()
    {
        var attempt = Gen.Select(Gen.Int[1, 50], Gen.Int[0, 30]);
        await Gen.Select(Gen.Byte.Array[0, 600], attempt.Array[0, 4], Gen.Int[0, 300]).SampleAsync(async (sent, attempts, inMemory) =>
        {
            var caller = new Caller(sent);
            await using var body = new ResendableStream(caller, inMemory);
            foreach (var (size, reads) in attempts)
            {
                using var givenUp = new CancellationTokenSource();
                caller.CancelAfterReads(reads, givenUp);
                var buffer = new byte[size];
                try
                {
                    while (await body.ReadAsync(buffer, givenUp.Token) > 0)
                    {
                    }
                }
                catch (OperationCanceledException)
                {
                    // As a forwarder does that has its answer already.
                }

                caller.CancelAfterReads(0, token: null);
                Assert.True(body.CanRewind);
                body.Rewind();
            }

            using var whole = new MemoryStream();
            await body.CopyToAsync(whole, TestContext.Current.CancellationToken);
            Assert.Equal(sent, whole.ToArray());
        });
    }

    [Fact]
    public async Task Large_body_goes_to_a_file_that_is_gone_when_the_body_is_released()
    {
        var sent = RandomNumberGenerator.GetBytes(300_000);
        var before = Files();
        await using var body = new ResendableStream(new MemoryStream(sent), largestInMemory: 100_000);
        await body.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
        var file = Assert.Single(Files().Except(before));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        body.Release();

        Assert.False(body.CanRewind);
        Assert.False(File.Exists(file));
        Assert.Throws<InvalidOperationException>(body.Rewind);
    }

    [Fact]
    public async Task Body_that_is_released_in_its_middle_is_read_to_its_end_all_the_same()
    {
        var sent = RandomNumberGenerator.GetBytes(300_000);
        await using var body = new ResendableStream(new MemoryStream(sent), largestInMemory: 100_000);
        var buffer = new byte[sent.Length];
        await body.ReadExactlyAsync(buffer.AsMemory(0, 150_000), TestContext.Current.CancellationToken);
        body.Rewind();
        await body.ReadExactlyAsync(buffer.AsMemory(0, 70_000), TestContext.Current.CancellationToken);

        body.Release();
        await body.ReadExactlyAsync(buffer.AsMemory(70_000), TestContext.Current.CancellationToken);

        Assert.Equal(sent, buffer);
        Assert.Equal(0, await body.ReadAsync(new byte[1], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Empty_read_waits_and_takes_nothing()
    {
        await using var body = new ResendableStream(new MemoryStream([1, 2, 3]));

        Assert.Equal(0, await body.ReadAsync(Memory<byte>.Empty, TestContext.Current.CancellationToken));
        Assert.Equal(3, await body.ReadAsync(new byte[10], TestContext.Current.CancellationToken));
    }

    private static HashSet<string> Files() => [.. Directory.GetFiles(Path.GetTempPath(), "sessionaware-*")];

    /// <summary>A caller's body; it gives its reader's token up just as it hands out bytes.</summary>
    private sealed class Caller(byte[] sent) : MemoryStream(sent)
    {
        private CancellationTokenSource? _token;
        private int _reads;

        public void CancelAfterReads(int reads, CancellationTokenSource? token) => (_reads, _token) = (reads, token);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = Read(buffer.Span);
            if (_token is { } token && _reads-- == 0)
                await token.CancelAsync();
            return count;
        }
    }
}
