using System.CommandLine;
using SessionAware.Benchmarks;
using SessionAware.Benchmarks.Cost;
using SessionAware.Benchmarks.Ownership;
using SessionAware.Benchmarks.Replay;

var command = new RootCommand("Figures of SessionAware, each by a command of its own. Build with -c Release.");
command.Subcommands.Add(CostBenchmark.Command());
command.Subcommands.Add(FirstEventBenchmark.Command());
command.Subcommands.Add(WorkingSetBenchmark.Command());
command.Subcommands.Add(ReplayBenchmark.Command());
command.Subcommands.Add(StateBenchmark.Command());
command.Subcommands.Add(StreamsBenchmark.Command());
command.Subcommands.Add(OwnershipTimingBenchmark.Command());
command.Subcommands.Add(BareYarp.Command());
return await command.Parse(args).InvokeAsync();
