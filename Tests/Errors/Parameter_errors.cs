using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Errors;

/// <summary>What a region says to fields of <c>POST /responses</c> that are unknown, of another type, out of bounds or not for the model, each body compared whole.</summary>
public sealed class Parameter_errors
{
    public static TheoryData<string, string, string, string?, string?> Rows { get; } = new()
    {
        // Names, model and input.
        { "unknown key zzz_unknown", """{"zzz_unknown":1}""", "Unknown parameter: 'zzz_unknown'.", "zzz_unknown", "unknown_parameter" },
        { "unknown key n", """{"n":2}""", "Unknown parameter: 'n'.", "n", "unknown_parameter" },
        { "unknown key stop", """{"stop":["ZZ"]}""", "Unknown parameter: 'stop'. Did you mean 'store'?", "stop", "unknown_parameter" },
        { "unknown key seed", """{"seed":1}""", "Unknown parameter: 'seed'.", "seed", "unknown_parameter" },
        { "unknown key logprobs", """{"logprobs":true}""", "Unknown parameter: 'logprobs'.", "logprobs", "unknown_parameter" },
        { "unknown key max_tokens", """{"max_tokens":16}""", "Unknown parameter: 'max_tokens'.", "max_tokens", "unknown_parameter" },
        { "unknown key sto", """{"sto":1}""", "Unknown parameter: 'sto'. Did you mean 'store'?", "sto", "unknown_parameter" },
        { "unknown key st", """{"st":1}""", "Unknown parameter: 'st'.", "st", "unknown_parameter" },
        { "unknown key stre", """{"stre":1}""", "Unknown parameter: 'stre'. Did you mean 'store' or 'stream'?", "stre", "unknown_parameter" },
        { "unknown key strem", """{"strem":1}""", "Unknown parameter: 'strem'. Did you mean 'stream' or 'store'?", "strem", "unknown_parameter" },
        { "unknown key tool", """{"tool":1}""", "Unknown parameter: 'tool'. Did you mean 'tools'?", "tool", "unknown_parameter" },
        { "unknown key inpu", """{"inpu":1}""", "Unknown parameter: 'inpu'.", "inpu", "unknown_parameter" },
        { "unknown key modell", """{"modell":1}""", "Unknown parameter: 'modell'.", "modell", "unknown_parameter" },
        { "messages instead of input", """{"messages":[{"role":"user","content":"ping"}]}""", "Unsupported parameter: 'messages'. In the Responses API, this parameter has moved to 'input'. Try again with the new parameter. See the API documentation for more information: https://platform.openai.com/docs/api-reference/responses/create.", null, "unsupported_parameter" },
        { "model absent", """{"model":"<absent>"}""", "Missing required parameter: 'model'.", "model", "missing_required_parameter" },
        { "model null", """{"model":null}""", "Invalid type for 'model': expected a string, but got an object instead.", "model", "invalid_type" },
        { "model empty", """{"model":""}""", "The requested model '' does not exist.", "model", "model_not_found" },
        { "model integer", """{"model":7}""", "Invalid type for 'model': expected a string, but got an integer instead.", "model", "invalid_type" },
        { "input absent", """{"input":"<absent>"}""", "Missing required parameter: 'input'.", "input", "missing_required_parameter" },
        { "input absent with previous_response_id", """{"input":"<absent>","previous_response_id":"resp_x"}""", "Missing required parameter: 'input'.", "input", "missing_required_parameter" },
        { "input absent with conversation", """{"input":"<absent>","conversation":"conv_x"}""", "Missing required parameter: 'input'.", "input", "missing_required_parameter" },
        { "input absent before an unknown key and a bad field", """{"input":"<absent>","zzz":1,"stream":"yes"}""", "Missing required parameter: 'input'.", "input", "missing_required_parameter" },
        { "model absent before input absent", """{"model":"<absent>","input":"<absent>"}""", "Missing required parameter: 'model'.", "model", "missing_required_parameter" },
        { "input empty array", """{"input":[]}""", "One of \"input\" or \"previous_response_id\" or 'prompt' or 'conversation' must be provided.", null, "missing_required_parameter" },
        { "input empty string", """{"input":""}""", "One of \"input\" or \"previous_response_id\" or 'prompt' or 'conversation' must be provided.", null, "missing_required_parameter" },
        { "input null", """{"input":null}""", "Invalid type for 'input': expected a string, but got an object instead.", "input", "invalid_type" },
        { "input object", """{"input":{"a":1}}""", "Invalid type for 'input': expected one of a string or array of input items, but got an object instead.", "input", "invalid_type" },

        // Fields.
        { "text unknown member", """{"text":{"zzz":1}}""", "Unknown parameter: 'text.zzz'.", "text.zzz", "unknown_parameter" },
        { "text.format unknown type", """{"text":{"format":{"type":"bogus"}}}""", "Invalid value: 'bogus'. Supported values are: 'json_object', 'text', and 'json_schema'.", "text.format.type", "invalid_value" },
        { "json_schema without name", """{"text":{"format":{"type":"json_schema"}}}""", "Missing required parameter: 'text.format.name'.", "text.format.name", "missing_required_parameter" },
        { "text.verbosity unknown", """{"text":{"verbosity":"bogus"}}""", "Invalid value: 'bogus'. Supported values are: 'low', 'medium', and 'high'.", "text.verbosity", "invalid_value" },
        { "text string", """{"text":"x"}""", "Invalid type for 'text': expected an object, but got a string instead.", "text", "invalid_type" },
        { "tool without type", """{"tools":[{}]}""", "Missing required parameter: 'tools[0].type'.", "tools[0].type", "missing_required_parameter" },
        { "function without name", """{"tools":[{"type":"function"}]}""", "Missing required parameter: 'tools[0].name'.", "tools[0].name", "missing_required_parameter" },
        { "function of Chat", """{"tools":[{"type":"function","function":{"name":"f"}}]}""", "Missing required parameter: 'tools[0].name'.", "tools[0].name", "missing_required_parameter" },
        { "function name with other characters", """{"tools":[{"type":"function","name":"a b"}]}""", "Invalid 'tools[0].name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.", "tools[0].name", "invalid_value" },
        { "function name empty", """{"tools":[{"type":"function","name":""}]}""", "Invalid 'tools[0].name': empty string. Expected a string with minimum length 1, but got an empty string instead.", "tools[0].name", "empty_string" },
        { "tool unknown member", """{"tools":[{"type":"function","name":"f","bogus":1}]}""", "Unknown parameter: 'tools[0].bogus'.", "tools[0].bogus", "unknown_parameter" },
        { "tools string", """{"tools":"x"}""", "Invalid type for 'tools': expected an array of tools, but got a string instead.", "tools", "invalid_type" },
        { "tool_choice integer", """{"tool_choice":7}""", "Invalid type for 'tool_choice': expected one of an object or 'none', 'auto', or 'required', but got an integer instead.", "tool_choice", "invalid_type" },
        { "tool_choice unknown string", """{"tools":[{"type":"function","name":"f","parameters":{"type":"object","properties":{}}}],"tool_choice":"bogus"}""", "Invalid value: 'bogus'. Supported values are: 'none', 'auto', and 'required'.", "tool_choice", "invalid_value" },
        { "tool_choice object without name", """{"tools":[{"type":"function","name":"f","parameters":{"type":"object","properties":{}}}],"tool_choice":{"type":"function"}}""", "Missing required parameter: 'tool_choice.name'.", "tool_choice.name", "missing_required_parameter" },
        { "tool_choice of Chat", """{"tools":[{"type":"function","name":"f","parameters":{"type":"object","properties":{}}}],"tool_choice":{"type":"function","function":{"name":"f"}}}""", "Missing required parameter: 'tool_choice.name'.", "tool_choice.name", "missing_required_parameter" },
        { "tool_choice names an absent hosted tool", """{"tools":[{"type":"function","name":"f","parameters":{"type":"object","properties":{}}}],"tool_choice":{"type":"image_generation"}}""", "Tool choice 'image_generation' not found in 'tools' parameter.", "tool_choice", null },
        { "tool_choice names an absent function", """{"tools":[{"type":"function","name":"f","parameters":{"type":"object","properties":{}}}],"tool_choice":{"type":"function","name":"g"}}""", "Tool choice 'function' not found in 'tools' parameter.", "tool_choice", null },
        { "tool_choice required without tools", """{"tool_choice":"required"}""", "Tool choice 'required' must be specified with 'tools' parameter.", "tool_choice", null },
        { "reasoning string", """{"reasoning":"low"}""", "Invalid type for 'reasoning': expected an object, but got a string instead.", "reasoning", "invalid_type" },
        { "reasoning.effort unknown", """{"reasoning":{"effort":"bogus"}}""", "Invalid value: 'bogus'. Supported values are: 'none', 'minimal', 'low', 'medium', 'high', 'xhigh', and 'max'.", "reasoning.effort", "invalid_value" },
        { "reasoning.effort object", """{"reasoning":{"effort":{}}}""", "Invalid type for 'reasoning.effort': expected one of one of 'none', 'minimal', 'low', 'medium', 'high', 'xhigh', or 'max' or integer, but got an object instead.", "reasoning.effort", "invalid_type" },
        { "reasoning.effort integer", """{"reasoning":{"effort":5}}""", "Invalid type for 'reasoning.effort': expected one of 'minimal', 'low', 'medium', or 'high', but got an integer instead.", "reasoning.effort", "invalid_type" },
        { "reasoning.effort not of this model", """{"reasoning":{"effort":"minimal"}}""", "Unsupported value: 'minimal' is not supported with the 'gpt-5.6-terra' model. Supported values are: 'none', 'low', 'medium', 'high', 'xhigh', and 'max'.", "reasoning.effort", "unsupported_value" },
        { "reasoning.summary unknown", """{"reasoning":{"summary":"bogus"}}""", "Invalid value: 'bogus'. Supported values are: 'concise', 'detailed', and 'auto'.", "reasoning.summary", "invalid_value" },
        { "reasoning.generate_summary", """{"reasoning":{"generate_summary":"concise"}}""", "Unknown parameter: 'reasoning.generate_summary'.", "reasoning.generate_summary", "unknown_parameter" },
        { "temperature value on a reasoning model", """{"temperature":0.5}""", "Unsupported parameter: 'temperature' is not supported with this model.", "temperature", null },
        { "temperature string", """{"temperature":"x"}""", "Invalid type for 'temperature': expected a decimal, but got a string instead.", "temperature", "invalid_type" },
        { "temperature below minimum", """{"temperature":-1}""", "Invalid 'temperature': decimal below minimum value. Expected a value >= 0, but got -1 instead.", "temperature", "decimal_below_min_value" },
        { "temperature above maximum, streamed", """{"temperature":3,"stream":true}""", "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 3 instead.", "temperature", "decimal_above_max_value" },
        { "reasoning.effort on a model that does not reason", """{"model":"gpt-4o-mini","reasoning":{"effort":"low"}}""", "Unsupported parameter: 'reasoning.effort' is not supported with this model.", "reasoning.effort", "unsupported_parameter" },
        { "top_p value on a reasoning model", """{"top_p":0.5}""", "Unsupported parameter: 'top_p' is not supported with this model.", "top_p", null },
        { "top_p string", """{"top_p":"x"}""", "Invalid type for 'top_p': expected a decimal, but got a string instead.", "top_p", "invalid_type" },
        { "presence_penalty value on a reasoning model", """{"presence_penalty":0.5}""", "Unsupported parameter: 'presence_penalty' is not supported with this model.", "presence_penalty", null },
        { "presence_penalty string", """{"presence_penalty":"x"}""", "Invalid type for 'presence_penalty': expected a decimal, but got a string instead.", "presence_penalty", "invalid_type" },
        { "frequency_penalty value on a reasoning model", """{"frequency_penalty":0.5}""", "Unsupported parameter: 'frequency_penalty' is not supported with this model.", "frequency_penalty", null },
        { "frequency_penalty string", """{"frequency_penalty":"x"}""", "Invalid type for 'frequency_penalty': expected a decimal, but got a string instead.", "frequency_penalty", "invalid_type" },
        { "top_logprobs on a reasoning model", """{"top_logprobs":1}""", "logprobs are not supported with reasoning models.", "top_logprobs", "unsupported_parameter" },
        { "include logprobs on a reasoning model", """{"include":["message.output_text.logprobs"]}""", "logprobs are not supported with reasoning models.", "include", "unsupported_parameter" },
        { "top_logprobs string", """{"top_logprobs":"x"}""", "Invalid type for 'top_logprobs': expected an integer, but got a string instead.", "top_logprobs", "invalid_type" },
        { "previous_response_id unknown", """{"previous_response_id":"resp_x"}""", "Previous response with id 'resp_x' not found.", "previous_response_id", "previous_response_not_found" },
        { "previous_response_id object", """{"previous_response_id":{}}""", "Invalid type for 'previous_response_id': expected a string, but got an object instead.", "previous_response_id", "invalid_type" },
        { "previous_response_id wrong prefix", """{"previous_response_id":"gen-123"}""", "Invalid 'previous_response_id': 'gen-123'. Expected an ID that begins with 'resp'.", "previous_response_id", "invalid_id_prefix" },
        { "previous_response_id other characters", """{"previous_response_id":"resp_a b"}""", "Invalid 'previous_response_id': 'resp_a b'. Expected an ID that contains letters, numbers, underscores, or dashes, but this value contained additional characters.", "previous_response_id", "invalid_value" },
        { "prompt string", """{"prompt":"x"}""", "Invalid type for 'prompt': expected an object, but got a string instead.", "prompt", "invalid_type" },
        { "conversation with previous_response_id before any look-up", """{"conversation":"conv_x","previous_response_id":"resp_x"}""", "Mutually exclusive parameters: ''. Ensure you are only providing one of: 'pre..._id' or 'conversation'.", null, "mutually_exclusive_parameters" },
        { "truncation unknown", """{"truncation":"bogus"}""", "Invalid value: 'bogus'. Supported values are: 'auto' and 'disabled'.", "truncation", "invalid_value" },
        { "truncation object", """{"truncation":{}}""", "Invalid type for 'truncation': expected one of 'auto' or 'disabled', but got an object instead.", "truncation", "invalid_type" },
        { "include unknown", """{"include":["bogus.thing"]}""", "Invalid value: 'bogus.thing'. Supported values are: 'file_search_call.results', 'web_search_call.results', 'web_search_call.action.sources', 'message.input_image.image_url', 'computer_call_output.output.image_url', 'code_interpreter_call.outputs', 'reasoning.encrypted_content', and 'message.output_text.logprobs'.", "include[0]", "invalid_value" },
        { "include string", """{"include":"x"}""", "Invalid type for 'include': expected an array of one of 'fil...lts', 'web...lts', 'web...ces', 'mes...url', 'com...url', 'cod...uts', 'rea...ent', or 'mes...obs', but got a string instead.", "include", "invalid_type" },
        { "max_tool_calls 0", """{"max_tool_calls":0}""", "Invalid 'max_tool_calls': integer below minimum value. Expected a value >= 1, but got 0 instead.", "max_tool_calls", "integer_below_min_value" },
        { "max_output_tokens 15", """{"max_output_tokens":15}""", "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got 15 instead.", "max_output_tokens", "integer_below_min_value" },
        { "max_tool_calls string", """{"max_tool_calls":"x"}""", "Invalid type for 'max_tool_calls': expected an integer, but got a string instead.", "max_tool_calls", "invalid_type" },
        { "max_output_tokens string", """{"max_output_tokens":"x"}""", "Invalid type for 'max_output_tokens': expected an integer, but got a string instead.", "max_output_tokens", "invalid_type" },
        { "metadata 17 pairs", """{"metadata":{"k0":"v","k1":"v","k2":"v","k3":"v","k4":"v","k5":"v","k6":"v","k7":"v","k8":"v","k9":"v","k10":"v","k11":"v","k12":"v","k13":"v","k14":"v","k15":"v","k16":"v"}}""", "Invalid 'metadata': too many properties. Expected an object with at most 16 properties, but got an object with 17 properties instead.", "metadata", "object_above_max_properties" },
        { "metadata string", """{"metadata":"x"}""", "Invalid type for 'metadata': expected a metadata object, but got a string instead.", "metadata", "invalid_type" },
        { "metadata value over 512", """{"metadata":{"k":"<600 x>"}}""".Replace("<600 x>", new string('x', 600), StringComparison.Ordinal), "Invalid 'metadata.k': string too long. Expected a string with maximum length 512, but got a string with length 600 instead.", "metadata.k", "string_above_max_length" },
        { "metadata key over 64", """{"metadata":{"<70 k>":"v"}}""".Replace("<70 k>", new string('k', 70), StringComparison.Ordinal), "Invalid property name in 'metadata': 'kkk...kkk' is too long. Expected a string with maximum length 64, but got a string with length 70 instead.", "metadata." + new string('k', 70), "property_name_above_max_length" },
        { "metadata value not a string", """{"metadata":{"k":7}}""", "Invalid type for 'metadata.k': expected a string, but got an integer instead.", "metadata.k", "invalid_type" },
        { "service_tier unknown", """{"service_tier":"bogus"}""", "Invalid value: 'bogus'. Supported values are: 'auto', 'default', 'fast', 'flex', and 'priority'.", "service_tier", "invalid_value" },
        { "service_tier object", """{"service_tier":{}}""", "Invalid type for 'service_tier': expected one of 'auto', 'default', 'fast', 'flex', or 'priority', but got an object instead.", "service_tier", "invalid_type" },
        { "prompt_cache_retention in_memory on a 24h-only model", """{"prompt_cache_retention":"in_memory"}""", "This model is compatible only with 24h extended prompt caching", "prompt_cache_retention", "invalid_parameter" },
        { "prompt_cache_retention unknown", """{"prompt_cache_retention":"x"}""", "Invalid value: 'x'. Supported values are: 'in_memory' and '24h'.", "prompt_cache_retention", "invalid_value" },
        { "prompt_cache_retention object", """{"prompt_cache_retention":{}}""", "Invalid type for 'prompt_cache_retention': expected one of 'in_memory' or '24h', but got an object instead.", "prompt_cache_retention", "invalid_type" },
        { "prompt_cache_options unknown member", """{"prompt_cache_options":{"bogus":1}}""", "Unknown parameter: 'prompt_cache_options.bogus'.", "prompt_cache_options.bogus", "unknown_parameter" },
        { "stream_options.include_usage", """{"stream_options":{"include_usage":true}}""", "Unknown parameter: 'stream_options.include_usage'.", "stream_options.include_usage", "unknown_parameter" },
        { "stream_options string", """{"stream_options":"x"}""", "Invalid type for 'stream_options': expected an object, but got a string instead.", "stream_options", "invalid_type" },
        { "stream string", """{"stream":"yes"}""", "Invalid type for 'stream': expected a boolean, but got a string instead.", "stream", "invalid_type" },
        { "background string", """{"background":"yes"}""", "Invalid type for 'background': expected a boolean, but got a string instead.", "background", "invalid_type" },
        { "store string", """{"store":"yes"}""", "Invalid type for 'store': expected a boolean, but got a string instead.", "store", "invalid_type" },
        { "parallel_tool_calls string", """{"parallel_tool_calls":"yes"}""", "Invalid type for 'parallel_tool_calls': expected a boolean, but got a string instead.", "parallel_tool_calls", "invalid_type" },
        { "instructions object", """{"instructions":{}}""", "Invalid type for 'instructions': expected a string, but got an object instead.", "instructions", "invalid_type" },
        { "user object", """{"user":{}}""", "Invalid type for 'user': expected a string, but got an object instead.", "user", "invalid_type" },
        { "safety_identifier object", """{"safety_identifier":{}}""", "Invalid type for 'safety_identifier': expected a string, but got an object instead.", "safety_identifier", "invalid_type" },
        { "prompt_cache_key object", """{"prompt_cache_key":{}}""", "Invalid type for 'prompt_cache_key': expected a string, but got an object instead.", "prompt_cache_key", "invalid_type" },
        { "context_management string", """{"context_management":"x"}""", "Invalid type for 'context_management': expected an array of objects, but got a string instead.", "context_management", "invalid_type" },
        { "moderation string", """{"moderation":"x"}""", "Invalid type for 'moderation': expected an object, but got a string instead.", "moderation", "invalid_type" },
        { "prompt_cache_key over 64", """{"input":"hi","prompt_cache_key":"<65 k>"}""".Replace("<65 k>", new string('k', 65), StringComparison.Ordinal), "Invalid 'prompt_cache_key': string too long. Expected a string with maximum length 64, but got a string with length 65 instead.", "prompt_cache_key", "string_above_max_length" },
        { "strict schema without additionalProperties:false", """{"input":"hi","text":{"format":{"type":"json_schema","name":"x","strict":true,"schema":{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}}}}""", "Invalid schema for response_format 'x': In context=(), 'additionalProperties' is required to be supplied and to be false.", "text.format.schema", "invalid_json_schema" },
        { "strict schema, property missing from required", """{"input":"hi","text":{"format":{"type":"json_schema","name":"x","strict":true,"schema":{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"required":["a"],"additionalProperties":false}}}}""", "Invalid schema for response_format 'x': In context=(), 'required' is required to be supplied and to be an array including every key in properties. Missing 'b'.", "text.format.schema", "invalid_json_schema" },
        { "strict schema, required key that is no property", """{"text":{"format":{"type":"json_schema","name":"x","strict":true,"schema":{"type":"object","properties":{},"required":["b"],"additionalProperties":false}}}}""", "Invalid schema for response_format 'x': In context=(), 'required' is required to be supplied and to be an array including every key in properties. Extra required key 'b' supplied.", "text.format.schema", "invalid_json_schema" },
        { "strict schema, nested (context path)", """{"input":"hi","text":{"format":{"type":"json_schema","name":"x","strict":true,"schema":{"type":"object","properties":{"a":{"anyOf":[{"type":"object","properties":{}},{"type":"null"}]}},"required":["a"],"additionalProperties":false}}}}""", "Invalid schema for response_format 'x': In context=('properties', 'a', 'anyOf', '0'), 'additionalProperties' is required to be supplied and to be false.", "text.format.schema", "invalid_json_schema" },
        { "strict schema, root not object", """{"input":"hi","text":{"format":{"type":"json_schema","name":"x","strict":true,"schema":{"anyOf":[{"type":"string"}]}}}}""", "Invalid schema for response_format 'x': schema must be a JSON Schema of 'type: \"object\"', got 'type: \"None\"'.", "text.format.schema", "invalid_json_schema" },
        { "strict tool with loose parameters", """{"input":"hi","tools":[{"type":"function","name":"f","strict":true,"parameters":{"type":"object","properties":{"a":{"type":"string"}}}}]}""", "Invalid schema for function 'f': In context=(), 'additionalProperties' is required to be supplied and to be false.", "tools[0].parameters", "invalid_function_parameters" },
        { "deferred tool without tool_search", """{"input":"hi","tools":[{"type":"function","name":"f","strict":false,"defer_loading":true,"parameters":{"type":"object"}}]}""", "Invalid Value: 'tools.defer_loading'. Deferred tools require tools.tool_search.", "tools.defer_loading", null },
        { "hosted tool", """{"tools":[{"type":"web_search_preview"}],"tool_choice":"required"}""", "Hosted tool 'web_search_preview' is not supported with gpt-5.6-terra-2024-07-18.", "tools", null },
        { "background with store false", """{"background":true,"store":false}""", "Background mode requires 'store' to be true.", "background", "unsupported_parameter" },
        { "json_object without the word json", """{"instructions":"Answer in JSON.","text":{"format":{"type":"json_object"}}}""", "Response input messages must contain the word 'json' in some form to use 'text.format' of type 'json_object'.", "text.format", null },
        { "moderation", """{"moderation":{"model":"m"}}""", "Unsupported parameter: 'moderation' is not supported with this model.", "moderation", null },
        { "prompt_cache_options", """{"prompt_cache_options":{"ttl":"24h"}}""", "Unsupported parameter: 'prompt_cache_options' is not supported with this model.", "prompt_cache_options", null },
        { "context_management", """{"context_management":[{"type":"compaction"}]}""", "Unsupported parameter: 'context_management' is not supported with this model.", "context_management", null },

        // The first fault wins, in the order in which the service looks.
        { "unknown key before a bad field", """{"input":[7],"zzz":1}""", "Unknown parameter: 'zzz'.", "zzz", "unknown_parameter" },
        { "input before include", """{"include":"x","input":[7]}""", "Invalid type for 'input[0]': expected an input item, but got an integer instead.", "input[0]", "invalid_type" },
        { "tools before metadata before text", """{"text":"x","metadata":"x","tools":"x"}""", "Invalid type for 'tools': expected an array of tools, but got a string instead.", "tools", "invalid_type" },
        { "stream before reasoning before store", """{"store":"x","reasoning":"x","stream":"x"}""", "Invalid type for 'stream': expected a boolean, but got a string instead.", "stream", "invalid_type" },
        { "field before mutually exclusive", """{"previous_response_id":"resp_x","conversation":"conv_x","store":"yes"}""", "Invalid type for 'store': expected a boolean, but got a string instead.", "store", "invalid_type" },
        { "previous_response_id before what the model cannot do", """{"previous_response_id":"resp_x","temperature":0.5}""", "Previous response with id 'resp_x' not found.", "previous_response_id", "previous_response_not_found" },
        { "empty input before what the model cannot do", """{"input":[],"temperature":0.5}""", "One of \"input\" or \"previous_response_id\" or 'prompt' or 'conversation' must be provided.", null, "missing_required_parameter" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Field_is_refused_in_the_words_of_the_service(string row, string change, string message, string? param, string? code)
    {
        Assert.NotEmpty(row);
        return Refusal.AssertAsync(change, 400, Refusal.Body(message, param, code));
    }

    [Theory]
    [InlineData("conversation unknown", """{"conversation":"conv_x"}""", "Conversation with id 'conv_x' not found.")]
    [InlineData("prompt id unknown", """{"prompt":{"id":"pmpt_x"}}""", "Prompt with id 'pmpt_x' not found.")]
    [InlineData("prompt before previous_response_id", """{"prompt":{"id":"pmpt_x"},"previous_response_id":"resp_x"}""", "Prompt with id 'pmpt_x' not found.")]
    public Task Field_that_names_something_unknown_is_not_found(string row, string change, string message)
    {
        Assert.NotEmpty(row);
        return Refusal.AssertAsync(change, 404, Refusal.Body(message, null, null));
    }

    [Theory]
    [InlineData("""{"temperature":0.5,"top_p":0.5,"reasoning":{"effort":"none"}}""")]
    [InlineData("""{"service_tier":"fast","reasoning":{"effort":"max"}}""")]
    [InlineData("""{"model":"gpt-4o-mini","presence_penalty":0.5,"frequency_penalty":-0.5}""")]
    [InlineData("""{"tools":[{"type":"function","name":"f","defer_loading":false}],"context_management":[],"moderation":null}""")]
    public async Task Field_within_its_bounds_is_taken(string change)
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Deployments:0:Name", "gpt-5.6-terra"), new("Region:Deployments:1:Name", "gpt-4o-mini")]);
        using var caller = new Caller(region.Url);

        var answer = await caller.CreateAsync(Refusal.Request(change));

        Assert.True(answer.Status == 200, answer.Text);
    }
}
