// The official client. Its helper for streams checks their grammar and puts the answer together; the loop around the tool is the caller's.
import OpenAI from 'openai';
import { zodResponsesFunction, zodTextFormat } from 'openai/helpers/zod';
import { toResponseInputItems } from 'openai/lib/responses/ResponseInputItems';
import { apiKey, baseURL, fetchOverWire, model, weather } from './common.mjs';
import { report } from './report.mjs';

const client = new OpenAI({ baseURL, apiKey, fetch: fetchOverWire });
const weatherTool = zodResponsesFunction({ name: weather.name, description: weather.description, parameters: weather.parameters });
const run = (call) => ({ type: 'function_call_output', call_id: call.call_id, output: JSON.stringify(weather.run(call.parsed_arguments)) });

async function ask(said, { previous, chained, tools, schema, image, store, signal, onText }) {
  const content = image ? [{ type: 'input_text', text: said }, { type: 'input_image', image_url: image, detail: 'auto' }] : said;
  const params = { model, store, tools: tools && [weatherTool], text: schema && { format: zodTextFormat(schema, 'value') } };
  let fresh = [{ role: 'user', content }];
  let { history = [], id } = previous ?? {};
  for (;;) {
    const input = chained ? fresh : [...history, ...fresh];
    const stream = client.responses.stream({ ...params, input, previous_response_id: chained ? id : undefined }, { signal });
    stream.on('response.output_text.delta', (event) => onText(event.delta));
    const response = await stream.finalResponse();

    history = [...history, ...fresh, ...toResponseInputItems(response.output)];
    id = response.id;
    fresh = response.output.filter((item) => item.type === 'function_call').map(run);
    const { input_tokens, output_tokens, total_tokens } = response.usage;
    if (fresh.length === 0)
      return { text: response.output_text, value: response.output_parsed, id, history, usage: [input_tokens, output_tokens, total_tokens] };
  }
}

await report(['openai'], ask);
