using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Errors;

/// <summary>What a region says to items of <c>input</c> that it cannot read or that do not belong together, each body compared whole.</summary>
public sealed class Item_errors
{
    public static TheoryData<string, string, string, string?, string?> Rows { get; } = new()
    {
        { "input item unknown member", """{"input":[{"role":"user","content":"ping","bogus":1}]}""", "Unknown parameter: 'input[0].bogus'.", "input[0].bogus", "unknown_parameter" },
        { "phase on a user item", """{"input":[{"role":"user","content":"ping","phase":"final_answer"}]}""", "Unknown parameter: 'input[0].phase'.", "input[0].phase", "unknown_parameter" },
        { "phase unknown value on assistant item", """{"input":[{"type":"message","role":"assistant","phase":"bogus","content":[]}]}""", "Invalid value: 'bogus'. Supported values are: 'commentary' and 'final_answer'.", "input[0].phase", "invalid_value" },
        { "assistant item with input_text", """{"input":[{"role":"assistant","content":[{"type":"input_text","text":"x"}]}]}""", "Invalid value: 'input_text'. Supported values are: 'output_text' and 'refusal'.", "input[0].content[0]", "invalid_value" },
        { "input item primitive", """{"input":[7]}""", "Invalid type for 'input[0]': expected an input item, but got an integer instead.", "input[0]", "invalid_type" },
        { "input item null", """{"input":[null]}""", "Invalid type for 'input[0]': expected an input item, but got null instead.", "input[0]", "invalid_type" },
        { "input item type unknown", """{"input":[{"type":"bogus_item"}]}""", "Invalid value: 'bogus_item'. Supported values are: 'additional_tools', 'agent_message', 'apply_patch_call', 'apply_patch_call_output', 'code_interpreter_call', 'compaction', 'compaction_trigger', 'computer_call', 'computer_call_output', 'custom_tool_call', 'custom_tool_call_output', 'file_search_call', 'function_call', 'function_call_output', 'image_generation_call', 'item_reference', 'local_shell_call', 'local_shell_call_output', 'mcp_approval_request', 'mcp_approval_response', 'mcp_call', 'mcp_list_tools', 'message', 'multi_agent_call', 'multi_agent_call_output', 'program', 'program_output', 'reasoning', 'shell_call', 'shell_call_output', 'tool_search_call', 'tool_search_output', and 'web_search_call'.", "input[0]", "invalid_value" },
        { "input item type not a string", """{"input":[{"type":7}]}""", "Invalid value: ''. Supported values are: 'additional_tools', 'agent_message', 'apply_patch_call', 'apply_patch_call_output', 'code_interpreter_call', 'compaction', 'compaction_trigger', 'computer_call', 'computer_call_output', 'custom_tool_call', 'custom_tool_call_output', 'file_search_call', 'function_call', 'function_call_output', 'image_generation_call', 'item_reference', 'local_shell_call', 'local_shell_call_output', 'mcp_approval_request', 'mcp_approval_response', 'mcp_call', 'mcp_list_tools', 'message', 'multi_agent_call', 'multi_agent_call_output', 'program', 'program_output', 'reasoning', 'shell_call', 'shell_call_output', 'tool_search_call', 'tool_search_output', and 'web_search_call'.", "input[0]", "invalid_value" },
        { "input item of a hosted tool", """{"input":[{"type":"web_search_call"}]}""", "Invalid value: 'web_search_call'. Supported values are: 'compaction', 'custom_tool_call', 'custom_tool_call_output', 'function_call', 'function_call_output', 'item_reference', 'message', and 'reasoning'.", "input[0]", "invalid_value" },
        { "input item role unknown", """{"input":[{"role":"bogus","content":"ping"}]}""", "Invalid value: 'bogus'. Supported values are: 'assistant', 'system', 'developer', and 'user'.", "input[0]", "invalid_value" },
        { "input item empty object", """{"input":[{}]}""", "Invalid value: ''. Supported values are: 'assistant', 'system', 'developer', and 'user'.", "input[0]", "invalid_value" },
        { "input item without content", """{"input":[{"role":"user"}]}""", "Missing required parameter: 'input[0].content'.", "input[0].content", "missing_required_parameter" },
        { "input item content null", """{"input":[{"role":"user","content":null}]}""", "Invalid type for 'input[0].content': expected one of an array of objects or string, but got null instead.", "input[0].content", "invalid_type" },
        { "input item id prefix", """{"input":[{"role":"user","content":"a"},{"type":"message","role":"assistant","id":"x_1","content":"b"}]}""", "Invalid 'input[1].id': 'x_1'. Expected an ID that begins with 'msg'.", "input[1].id", "invalid_id_prefix" },
        { "input item id twice", """{"input":[{"role":"user","id":"msg_1","content":"a"},{"role":"user","id":"msg_1","content":"b"}]}""", "Duplicate item found with id msg_1. Remove duplicate items from your input and try again.", "input", null },
        { "content part unknown type", """{"input":[{"role":"user","content":[{"type":"bogus","text":"x"}]}]}""", "Invalid value: 'bogus'. Supported values are: 'input_text', 'input_image', 'input_audio', 'output_text', 'refusal', 'input_file', 'computer_screenshot', 'summary_text', and 'encrypted_content'.", "input[0].content[0].type", "invalid_value" },
        { "content part of the wrong side", """{"input":[{"role":"user","content":[{"type":"output_text","text":"x"}]}]}""", "Invalid value: 'output_text'. Supported values are: 'input_text', 'input_image', 'input_file', 'scoped_content', and 'input_audio'.", "input[0].content[0]", "invalid_value" },
        { "content part without text", """{"input":[{"role":"user","content":[{"type":"input_text"}]}]}""", "Missing required parameter: 'input[0].content[0].text'.", "input[0].content[0].text", "missing_required_parameter" },
        { "content part of audio", """{"input":[{"role":"user","content":[{"type":"input_audio"}]}]}""", "Invalid value: 'input_audio'. Supported values are: 'input_text', 'input_image', and 'input_file'.", "input[0].content[0]", "invalid_value" },
        { "content part unknown member", """{"input":[{"role":"user","content":[{"type":"input_text","text":"x","bogus":1}]}]}""", "Unknown parameter: 'input[0].content[0].bogus'.", "input[0].content[0].bogus", "unknown_parameter" },
        { "call without output", """{"input":[{"role":"user","content":"hi"},{"type":"function_call","call_id":"call_1","name":"f","arguments":"{}"}]}""", "No tool output found for function call call_1.", "input", null },
        { "output without call", """{"input":[{"role":"user","content":"hi"},{"type":"function_call_output","call_id":"call_1","output":"{}"}]}""", "No tool call found for function call output with call_id call_1.", "input", null },
        { "empty call_id", """{"input":[{"type":"function_call_output","call_id":"","output":"{}"}]}""", "Invalid 'input[0].call_id': empty string. Expected a string with minimum length 1, but got an empty string instead.", "input[0].call_id", "empty_string" },
        { "call_id null", """{"input":[{"type":"function_call_output","call_id":null,"output":"{}"}]}""", "Invalid type for 'input[0].call_id': expected a string, but got null instead.", "input[0].call_id", "invalid_type" },
        { "output of a custom tool without call", """{"input":[{"type":"custom_tool_call_output","call_id":"call_1","output":"x"}]}""", "No tool call found for custom tool call output with call_id call_1.", "input", null },
        { "encrypted content of another key", """{"input":[{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"gAAAAABkey0fAnother0DQ=="},{"role":"user","content":"hi"}]}""", "The encrypted content gAAA...DQ== could not be verified. Reason: Encrypted content could not be decrypted or parsed.", null, "invalid_encrypted_content" },
        { "image at no address", """{"input":[{"role":"user","content":[{"type":"input_image","image_url":"x"}]}]}""", "Invalid 'input[0].content[0].image_url'. Expected a valid URL, but got a value with an invalid format.", "input[0].content[0].image_url", "invalid_value" },
        { "image without base64", """{"input":[{"role":"user","content":[{"type":"input_image","image_url":"data:image/png,AAAA"}]}]}""", "Invalid 'input[0].content[0].image_url'. Expected a base64-encoded data URL with an image MIME type (e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got a value without the ';base64' separator.", "input[0].content[0].image_url", "invalid_value" },
        { "image without bytes", """{"input":[{"role":"user","content":[{"type":"input_image","image_url":"data:image/png;base64,"}]}]}""", "Invalid 'input[0].content[0].image_url'. Expected a base64-encoded data URL with an image MIME type (e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got empty base64-encoded bytes.", "input[0].content[0].image_url", "invalid_value" },
        { "image that is no base64", """{"input":[{"role":"user","content":[{"type":"input_image","image_url":"data:image/png;base64,?"}]}]}""", "Invalid 'input[0].content[0].image_url'. Expected a base64-encoded data URL with an image MIME type (e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got an invalid base64-encoded value.", "input[0].content[0].image_url", "invalid_value" },
        { "image of another type", """{"input":[{"role":"user","content":[{"type":"input_image","image_url":"data:application/pdf;base64,AAAA"}]}]}""", "Invalid 'input[0].content[0].image_url'. Expected a base64-encoded data URL with an image MIME type (e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got unsupported MIME type 'application/pdf'.", "input[0].content[0].image_url", "invalid_value" },
        { "file that is no base64", """{"input":[{"role":"user","content":[{"type":"input_file","file_data":"data:application/pdf;base64,?"}]}]}""", "Invalid file data: 'input[0].content[0].file_data'. Expected a base64-encoded data URL with a valid file MIME type (e.g. 'data:text/plain;base64,SGVsbG8sIFdvcmxkIQ=='), but got an invalid base64-encoded value.", "input[0].content[0].file_data", "invalid_value" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Item_is_refused_in_the_words_of_the_service(string row, string change, string message, string? param, string? code)
    {
        Assert.NotEmpty(row);
        return Refusal.AssertAsync(change, 400, Refusal.Body(message, param, code));
    }

    [Theory]
    [InlineData("OpenAI", 404, "Item with id 'rs_123' not found. Items are not persisted when `store` is set to false. Try again with `store` set to true, or remove this item from your input.")]
    [InlineData("Azure", 400, "Item with id 'rs_123' not found.")]
    public async Task Item_that_is_not_stored_is_not_found(string flavor, int status, string message)
    {
        var expected = Refusal.Body(message, "input", null);

        await Refusal.AssertAsync("""{"input":[{"type":"item_reference","id":"rs_123"}]}""", status, expected, flavor);
        await Refusal.AssertAsync("""{"input":[{"type":"reasoning","id":"rs_123","summary":[]},{"role":"user","content":"hi"}],"store":false}""", status, expected, flavor);
    }
}
