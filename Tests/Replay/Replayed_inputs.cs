using System.Text.Json.Nodes;
using SessionAware.Tests.RegionKills;

namespace SessionAware.Tests.Replay;

/// <summary>What a test expects a replay to send, from turns that are written out here.</summary>
public sealed class Replayed_inputs
{
    [Fact]
    public void Chain_goes_before_the_new_input_item_for_item()
    {
        var first = Turn(null, """{"model":"m","input":"My name is Ada."}""", """[{"id":"msg_1","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"Noted."}]}]""");
        var second = Turn(
            first,
            """{"model":"m","input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"And Paris?"}]}],"previous_response_id":"resp_1"}""",
            """[{"id":"fc_1","type":"function_call","status":"completed","call_id":"call_1","name":"weather","arguments":"{}"}]""");
        var third = Turn(second, """{"model":"m","stream":true,"input":[{"type":"function_call_output","call_id":"call_1","output":"21"}],"previous_response_id":"resp_2"}""");

        AssertSame(
            """
            {"model":"m","stream":true,"input":[
              {"type":"message","role":"user","content":"My name is Ada."},
              {"type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"Noted."}]},
              {"type":"message","role":"user","content":[{"type":"input_text","text":"And Paris?"}]},
              {"type":"function_call","status":"completed","call_id":"call_1","name":"weather","arguments":"{}"},
              {"type":"function_call_output","call_id":"call_1","output":"21"}]}
            """,
            ReplayedInput.Body(third));
        Assert.Equal("turns=2; items=4; stripped=ids:2", ReplayedInput.Header(third, isSecondAttempt: false));
        Assert.True(third.IsComplete);
    }

    [Fact]
    public void Sealed_reasoning_stays_behind_and_other_reasoning_goes_along()
    {
        var first = Turn(null, """{"input":"Hi"}""", """[{"id":"rs_1","type":"reasoning","encrypted_content":"x","summary":[]},{"id":"rs_2","type":"reasoning","summary":[]}]""");
        var second = Turn(first, """{"input":"Go on"}""");

        AssertSame("""{"input":[{"type":"message","role":"user","content":"Hi"},{"type":"reasoning","summary":[]},{"type":"message","role":"user","content":"Go on"}]}""", ReplayedInput.Body(second));
        Assert.Equal("turns=1; items=2; stripped=ids:1,reasoning:1; attempt=2", ReplayedInput.Header(second, isSecondAttempt: true));
    }

    [Fact]
    public void Sibling_of_a_turn_is_no_part_of_its_chain()
    {
        var first = Turn(null, """{"input":"One"}""", "[]");
        _ = Turn(first, """{"input":"Not this way"}""", "[]");
        var second = Turn(first, """{"input":"Two"}""");

        AssertSame("""{"input":[{"type":"message","role":"user","content":"One"},{"type":"message","role":"user","content":"Two"}]}""", ReplayedInput.Body(second));
        Assert.Equal("turns=1; items=1; stripped=none", ReplayedInput.Header(second, isSecondAttempt: false));
    }

    [Fact]
    public void Chain_with_a_turn_that_did_not_complete_is_incomplete()
    {
        var cut = Turn(Turn(null, """{"input":"One"}""", "[]"), """{"input":"Two"}""");

        Assert.True(cut.IsComplete);
        Assert.False(Turn(cut, """{"input":"Three"}""").IsComplete);
    }

    [Fact]
    public void Call_that_nothing_answers_is_pending()
    {
        var call = Turn(null, """{"input":"Paris?"}""", """[{"type":"function_call","call_id":"call_1"},{"type":"function_call","call_id":"call_2"}]""");
        var other = Turn(call, """{"input":[{"type":"function_call_output","call_id":"call_1","output":"21"},{"type":"message","role":"user","content":"And?"}]}""");

        Assert.Equal((false, "call_2"), (other.IsComplete, Assert.Single(other.PendingCalls)));
    }

    private static ToldTurn Turn(ToldTurn? previous, string sent, string? output = null) =>
        new(previous, "mark", new Exchange(JsonNode.Parse(sent)!.AsObject())) { Response = output is null ? null : new JsonObject { ["output"] = JsonNode.Parse(output) } };

    private static void AssertSame(string expected, JsonNode actual) => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), actual.ToJsonString());
}
