// LangChain's chat model on the Responses API; the loop around the tool is the caller's.
import { HumanMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import { apiKey, baseURL, fetchOverWire, model, weather } from './common.mjs';
import { report } from './report.mjs';

const { name, description, parameters } = weather;
const weatherTool = tool(async (input) => JSON.stringify(weather.run(input)), { name, description, schema: parameters });
const configuration = { baseURL, fetch: fetchOverWire };

async function ask(said, { previous, chained, tools, schema, image, store, signal, onText }) {
  const chat = new ChatOpenAI({ model, apiKey, configuration, useResponsesApi: true, zdrEnabled: store === false, maxRetries: 2 });
  const bound = tools ? chat.bindTools([weatherTool], { strict: true }) : schema ? chat.withStructuredOutput(schema, { includeRaw: true }) : chat;
  const content = image ? [{ type: 'text', text: said }, { type: 'image_url', image_url: { url: image } }] : said;
  let fresh = [new HumanMessage({ content })];
  let { history = [], id } = previous ?? {};
  for (;;) {
    let answer;
    let value;
    const stream = await bound.stream(chained ? fresh : [...history, ...fresh], { signal, ...(chained && { previous_response_id: id }) });
    for await (const chunk of stream) {
      const message = chunk.raw ?? chunk;
      value = chunk.parsed ?? value;
      if (message.text) onText(message.text);
      answer = answer?.concat(message) ?? message;
    }
    history = [...history, ...fresh, answer];
    id = answer.response_metadata.id;
    fresh = await Promise.all((answer.tool_calls ?? []).map((call) => weatherTool.invoke(call)));
    const { input_tokens, output_tokens, total_tokens } = answer.usage_metadata ?? {};
    if (fresh.length === 0) return { text: answer.text, value, id, history, usage: [input_tokens, output_tokens, total_tokens] };
  }
}

await report(['@langchain/openai', '@langchain/core'], ask);
