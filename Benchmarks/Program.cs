using System.CommandLine;
using SessionAware.Benchmarks;

var command = new RootCommand("Figures of SessionAware, each by a command of its own. Build with -c Release.");
command.Subcommands.Add(WorkingSetBenchmark.Command());
command.Subcommands.Add(StateBenchmark.Command());
command.Subcommands.Add(StreamsBenchmark.Command());
return await command.Parse(args).InvokeAsync();
