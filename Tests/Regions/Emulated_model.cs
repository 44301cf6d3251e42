using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Regions;

/// <summary>The emulated model says back what it was told, so that an answer shows whether the history arrived.</summary>
public sealed class Emulated_model
{
    [Theory]
    [InlineData("My name is Ada.", "Who am I?", "Ada")]
    [InlineData("My name is Ada.", "What is my name?", "Ada")]
    [InlineData("I'm Ada.", "Who am I?", "Ada")]
    [InlineData("Please call me Ada", "Please tell me my name.", "Ada")]
    [InlineData("My name is Dr. Ada Lovelace.", "Say my name", "Lovelace")]
    [InlineData("My name is Ada. My dog is called Rex.", "Who am I?", "\"My name is Ada.\"")]
    [InlineData("My name is Ada. My dog is called Rex.", "What is my dog called?", "Rex")]
    [InlineData("I moved to Berlin.", "Where did I move?", "Berlin")]
    [InlineData("I live in Paris.", "Where am I living?", "Paris")]
    [InlineData("The code of my bicycle locker is K7Q-93.", "Which combination do I need to open the locker where my bike is?", "K7Q-93")]
    [InlineData("We met in Lisbon. My hotel there was booked under the reference ZX-81.", "Under which reference is the Lisbon hotel holding a room?", "ZX-81")]
    [InlineData("My dog is Rex. My cat is Tom.", "Do you remember my cat?", "Tom")]
    [InlineData("Our meeting moved to Monday. Sorry, our meeting moved to Friday.", "When is our meeting?", "Friday")]
    public async Task Fact_told_earlier_is_recalled_in_other_words(string told, string asked, string fact)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var first = await caller.SayAsync(told);
        var second = await caller.SayAsync("Explain photosynthesis in simple terms.", first.Id);

        var recalled = await caller.SayAsync(asked, second.Id);
        var unknown = await caller.SayAsync(asked);

        Assert.Contains(fact, recalled.OutputText, StringComparison.Ordinal);
        Assert.Contains("(I see 2 earlier messages from you.)", recalled.OutputText, StringComparison.Ordinal);
        Assert.StartsWith("I find nothing about that in what you told me.", unknown.OutputText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Which tram goes to the zoo?")]
    [InlineData("What is my dog called?")]
    public async Task Question_that_nothing_told_fits_is_not_answered(string question)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var first = await caller.SayAsync("My name is Ada.");

        Assert.StartsWith("I find nothing about that in what you told me.", (await caller.SayAsync(question, first.Id)).OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Question_may_stand_beside_its_fact()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        Assert.Contains("You told me: \"My name is Ada.\"", (await caller.SayAsync("My name is Ada. Who am I?")).OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Order_that_refers_back_is_understood_only_with_history()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        const string Order = "Can you summarize that so it can be understood by a college freshman?";
        var first = await caller.SayAsync("Explain photosynthesis in simple terms");

        Assert.Contains("photosynthesis", (await caller.SayAsync(Order, first.Id)).OutputText, StringComparison.Ordinal);
        Assert.DoesNotContain("photosynthesis", (await caller.SayAsync(Order)).OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task History_may_also_come_with_the_request()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        object[] input =
        [
            new { role = "user", content = "My name is Ada." },
            new { type = "message", role = "assistant", content = new[] { new { type = "output_text", text = "Hello!" } } },
            new { role = "user", content = new[] { new { type = "input_text", text = "Who am I?" } } },
        ];

        Assert.Contains("Ada", (await caller.CreateAsync(new { model = "gpt-4o-mini", input })).OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Same_history_gets_the_same_answer()
    {
        await using var east = await Nodes.StartRegionAsync("eastus2");
        await using var west = await Nodes.StartRegionAsync("westus");
        using var eastCaller = new Caller(east.Url);
        using var westCaller = new Caller(west.Url);

        Assert.Equal((await eastCaller.SayAsync("Tell me a joke.")).OutputText, (await westCaller.SayAsync("Tell me a joke.")).OutputText);
    }

    [Theory]
    [InlineData("Count to 3", "1, 2, 3")]
    [InlineData("Please count from 1 to 4.", "1, 2, 3, 4")]
    [InlineData("Count to 99999999999", "I count to 100000 at most.")]
    public async Task It_counts(string prompt, string answer)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        Assert.Equal(answer, (await caller.SayAsync(prompt)).OutputText);
    }
}
