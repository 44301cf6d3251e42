using CsCheck;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SessionAware.Gateway.BackendSelection;
using SessionAware.Gateway.CircuitBreakers;
using SessionAware.Gateway.Pools;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Telemetry;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Pools;

/// <summary>What holds for every pool and every state: shares, evenness, and who is never selected.</summary>
public sealed class Balancing
{
    private const int Selections = 100_000;

    private static readonly Gen<int[]> s_weights = Gen.Int[1, 100].Array[2, 30];

    private static readonly AttemptOutcome s_throttled = new(429);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(30, 10)]
    [InlineData(100, 1)]
    [InlineData(5, 1, 1)]
    [InlineData(50, 30, 20)]
    [InlineData(7, 7, 7, 7, 1)]
    public async Task Share_of_each_weight_is_within_one_percent(params int[] weights)
    {
        await AssertSharesAsync(weights);
    }

    [Fact]
    public async Task Share_of_each_weight_is_within_one_percent_for_thirty_backends() =>
        await AssertSharesAsync([.. Enumerable.Range(1, 30).Select(number => (number * 37 % 100) + 1)]);

    /// <summary>The promise of smooth weighted round-robin. It bounds runs, too: in a run of L, a backend gains L selections and is owed L times its share.</summary>
    [Fact]
    public async Task No_backend_is_ever_ahead_of_its_share_by_a_whole_selection()
    {
        await s_weights.SampleAsync(async weights =>
        {
            using var pool = await PoolUnderTest.OfAsync([.. weights.Select(weight => (weight, 1))]);
            var total = weights.Sum();
            var selected = new int[weights.Length];
            for (var number = 1; number <= 3 * total; number++)
            {
                var index = pool.Select();
                selected[index]++;
                Assert.True((long)selected[index] * total < ((long)number * weights[index]) + total, $"{string.Join(':', weights)}: {index} after {number}");
            }

            // A round is exact, and so every later one is the same.
            Assert.Equal(weights.Select(weight => 3 * weight), selected);
        });
    }

    [Theory]
    [InlineData(3, 3, 1)]
    [InlineData(3, 30, 10)]
    [InlineData(4, 5, 1, 1)]
    [InlineData(1, 1, 1)]
    [InlineData(1, 4, 4, 4)]
    [InlineData(99, 99, 1)]
    public async Task Longest_run_is_as_short_as_the_weights_allow(int longest, params int[] weights)
    {
        using var pool = await PoolUnderTest.OfAsync([.. weights.Select(weight => (weight, 1))]);
        var (last, run, seen) = (-1, 0, 0);
        for (var number = 0; number < Selections; number++)
        {
            var index = pool.Select();
            run = index == last ? run + 1 : 1;
            (last, seen) = (index, Math.Max(seen, run));
        }

        Assert.Equal(longest, seen);
    }

    /// <summary>Weights, priorities and states at random, changing between selections; some requests have a session, some were refused before.</summary>
    [Fact]
    public async Task Tripped_or_drained_backend_is_never_selected_while_an_eligible_one_exists()
    {
        var member = Gen.Select(Gen.Int[0, 100], Gen.Int[0, 3]);
        var step = Gen.Select(Gen.Int[0, 29], Gen.Int[0, 4], Gen.Int[-1, 29]);
        await Gen.Select(member.Array[1, 30], step.Array[1, 60]).SampleAsync(async (members, steps) =>
        {
            using var pool = await PoolUnderTest.OfAsync(members);
            foreach (var (at, what, tried) in steps)
            {
                pool.Change(at % members.Length, what);
                var refused = tried < 0 ? [] : new[] { tried % members.Length };

                var eligible = Enumerable.Range(0, members.Length).Where(pool.IsEligible).ToList();
                var selected = pool.TrySelect(refused);

                if (eligible.Count == 0)
                {
                    Assert.Null(selected);
                    continue;
                }

                Assert.Contains(selected!.Value, eligible);
                // Of the first priority that can serve, and a weight of 0 or a second try only where nobody else of it is left.
                var first = eligible.Where(index => members[index].Item2 == eligible.Min(other => members[other].Item2)).ToList();
                Assert.Contains(selected.Value, first);
                var untried = first.Except(refused).ToList();
                if (untried.Count > 0)
                    Assert.Contains(selected.Value, untried);
                if (untried.Any(index => members[index].Item1 > 0))
                    Assert.NotEqual(0, members[selected.Value].Item1);
            }
        });
    }

    [Fact]
    public async Task Turns_are_kept_among_concurrent_requests()
    {
        using var pool = await PoolUnderTest.OfAsync([(3, 1), (1, 1)]);
        var selected = new int[2];

        Parallel.For(0, 40_000, _ => Interlocked.Increment(ref selected[pool.Select()]));

        Assert.Equal([30_000, 10_000], selected);
    }

    private static async Task AssertSharesAsync(int[] weights)
    {
        using var pool = await PoolUnderTest.OfAsync([.. weights.Select(weight => (weight, 1))]);
        var selected = new int[weights.Length];
        for (var number = 0; number < Selections; number++)
            selected[pool.Select()]++;

        for (var index = 0; index < weights.Length; index++)
            Assert.InRange(selected[index] / (double)Selections / (weights[index] / (double)weights.Sum()), 0.99, 1.01);
    }

    /// <summary>A pool read from its JSON, as the gateway reads it, without the gateway.</summary>
    private sealed class PoolUnderTest : IDisposable
    {
        private readonly FakeTimeProvider _time = new();
        private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<GatewayMetrics>().BuildServiceProvider();
        private readonly BackendStates _states;
        private readonly BackendSelector _selector;
        private readonly PoolModel _pool;
        private readonly BackendModel[] _backends;

        private PoolUnderTest(PoolsFile file)
        {
            _states = new(_time, _services.GetRequiredService<GatewayMetrics>(), NullLogger<CircuitBreaker>.Instance);
            _selector = new(_time);
            var model = PoolsModelBuilder.Build(file, new ConfigurationBuilder().Build(), _states);
            (_pool, _backends) = (model.Pools[0], [.. model.Backends]);
            foreach (var backend in _backends)
                backend.State.Breaker.Apply(backend.Rule);
        }

        public static async Task<PoolUnderTest> OfAsync((int Weight, int Priority)[] members)
        {
            var breaker = """{ "rules": [ { "failureCondition": { "count": 1, "interval": "PT1M", "statusCodeRanges": [ { "min": 429, "max": 429 } ] }, "tripDuration": "PT1M" } ] }""";
            var json = $$"""
                {
                  "backends": [ {{string.Join(", ", members.Select((_, index) => $$"""{ "name": "b{{index}}", "properties": { "url": "http://127.0.0.1:1", "circuitBreaker": {{breaker}} } }"""))}} ],
                  "pools": [ { "name": "pool", "properties": { "pool": { "services": [ {{string.Join(", ", members.Select((member, index) =>
                      $$"""{ "id": "/backends/b{{index}}", "weight": {{member.Weight}}, "priority": {{member.Priority}} }"""))}} ] } } } ],
                  "apis": [ { "name": "api", "properties": { "path": "api" }, "sessionAware": { "pool": "pool" } } ]
                }
                """;
            return new(await PoolsFile.ParseAsync(json, "pools.json"));
        }

        public bool IsEligible(int index) => _backends[index].State.IsEligible;

        public int Select() => TrySelect([])!.Value;

        public int? TrySelect(int[] tried) =>
            _selector.Select(_pool, SessionKey.None, [.. tried.Select(index => _backends[index])]).Backend is { } backend ? Array.IndexOf(_backends, backend) : null;

        /// <summary>0: trips; 1: drains; 2: undrains; 3: half a minute passes; 4: nothing.</summary>
        public void Change(int index, int what)
        {
            if (what == 0)
                _backends[index].State.Breaker.Record(s_throttled);
            else if (what is 1 or 2)
                _backends[index].State.IsDrained = what == 1;
            else if (what == 3)
                _time.Advance(TimeSpan.FromSeconds(30));
        }

        public void Dispose()
        {
            _states.Dispose();
            _services.Dispose();
        }
    }
}
