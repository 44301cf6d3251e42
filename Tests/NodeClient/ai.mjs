// Vercel's AI SDK with one of its providers; it runs the tool in the stream.
import { Output, stepCountIs, streamText, tool } from 'ai';
import { model, weather } from './common.mjs';
import { report } from './report.mjs';

const weatherTool = tool({ description: weather.description, inputSchema: weather.parameters, strict: true, execute: weather.run });

/** Reports on a provider; provider options go under its name. */
export async function reportOn(name, packageName, provider) {
  async function ask(said, { previous, chained, tools, schema, image, store, signal, onText }) {
    const content = image ? [{ type: 'text', text: said }, { type: 'image', image }] : said;
    const messages = [...(chained ? [] : previous?.history ?? []), { role: 'user', content }];
    let failure = null;
    const result = streamText({
      model: provider(model),
      messages,
      tools: tools && { [weather.name]: weatherTool },
      stopWhen: stepCountIs(4),
      output: schema && Output.object({ schema }),
      providerOptions: { [name]: { store, previousResponseId: chained ? previous?.id : undefined } },
      abortSignal: signal,
      onError: ({ error }) => failure = error,
    });
    for await (const piece of result.textStream) onText(piece);
    if (failure) throw failure;
    if (signal?.aborted) return;

    const [{ messages: answers }, metadata, usage] = await Promise.all([result.response, result.providerMetadata, result.totalUsage]);
    return {
      text: await result.text,
      value: schema && await result.output,
      id: metadata[name].responseId,
      history: [...messages, ...answers],
      usage: [usage.inputTokens, usage.outputTokens, usage.totalTokens],
    };
  }
  await report(['ai', packageName], ask);
}
