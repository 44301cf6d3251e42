// OpenAI's agents: the runner runs the tool and sends on what it must.
import { Agent, OpenAIProvider, Runner, tool, user } from '@openai/agents';
import OpenAI from 'openai';
import { apiKey, baseURL, fetchOverWire, model, weather } from './common.mjs';
import { report } from './report.mjs';

const client = new OpenAI({ baseURL, apiKey, fetch: fetchOverWire });
// Traces would go to api.openai.com.
const runner = new Runner({ modelProvider: new OpenAIProvider({ openAIClient: client, useResponses: true }), tracingDisabled: true });
const weatherTool = tool({ name: weather.name, description: weather.description, parameters: weather.parameters, execute: weather.run });

async function ask(said, { previous, chained, tools, schema, image, store, signal, onText }) {
  const agent = new Agent({ name: 'Assistant', model, tools: tools ? [weatherTool] : [], outputType: schema, modelSettings: { store } });
  const message = user(image ? [{ type: 'input_text', text: said }, { type: 'input_image', image }] : said);
  const run = await runner.run(agent, chained ? [message] : [...previous?.history ?? [], message], {
    stream: true,
    signal,
    previousResponseId: chained ? previous?.id : undefined,
  });
  for await (const piece of run.toTextStream()) onText(piece);
  await run.completed;
  if (run.cancelled) return {};

  const { inputTokens, outputTokens, totalTokens } = run.state.usage;
  return { text: run.finalOutput, value: run.finalOutput, id: run.lastResponseId, history: run.history, usage: [inputTokens, outputTokens, totalTokens] };
}

await report(['@openai/agents', 'openai'], ask);
