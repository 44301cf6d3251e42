// Holds conversations with the official npm client as it comes, which keeps no cookies. Prints a line of JSON for each turn, up to the one that fails.
// node conversations.mjs FOLDER < PLAN: the folder has node_modules/openai; the plan has the key, which no command line should.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';

const { OpenAI } = createRequire(join(process.argv[2], 'package.json'))('openai');
const { baseUrl, apiKey, model, timeoutMs, conversations } = await json(process.stdin);
// Nothing of the environment reaches in, and nothing but turns goes to standard output. The key goes by the header that API Management and Azure read.
const defaultHeaders = { 'api-key': apiKey, authorization: null };
const client = new OpenAI({ baseURL: baseUrl, apiKey, defaultHeaders, organization: null, project: null, logLevel: 'off', maxRetries: 0, timeout: timeoutMs });

const told = (headers) => ({
  region: headers?.get('x-backend-region') ?? null,
  backend: headers?.get('x-backend-id') ?? null,
  affinity: headers?.get('x-session-affinity') ?? null,
  replay: headers?.get('x-session-replay') ?? null,
});

/** One turn: the answer, its id and what is known of it, or the code of what went wrong. */
async function say(input, previous, streaming, elapsed) {
  let seen = { ...told(), status: 0, firstEventMs: null };
  try {
    const request = client.responses.create({ model, input, previous_response_id: previous, stream: streaming });
    const { data, response } = await request.withResponse();
    seen = { ...seen, ...told(response.headers), status: response.status };
    if (!streaming) {
      const code = data?.status === 'completed' ? null : data?.status ?? 'unreadable_answer';
      return { ...seen, code, id: data?.id, answer: data?.output_text };
    }

    let answer = '';
    let ending = { code: 'stream_ended_early' };
    for await (const event of data) {
      seen.firstEventMs ??= elapsed();
      if (event.type === 'response.output_text.delta') answer += event.delta;
      if (event.type === 'response.completed') ending = { code: null, id: event.response.id };
      if (event.type === 'response.failed') ending = { code: event.response.error?.code ?? 'response_failed' };
    }
    return { ...seen, ...ending, answer };
  } catch (error) {
    return { ...seen, ...(error.headers ? told(error.headers) : {}), status: error.status ?? seen.status, code: codeOf(error) };
  }
}

function codeOf(error) {
  if (error instanceof OpenAI.APIConnectionTimeoutError) return 'timeout';
  if (error instanceof OpenAI.APIConnectionError) return 'connection_failed';
  if (error instanceof OpenAI.APIError) return error.code ?? error.type ?? 'unknown_error';
  return error instanceof SyntaxError ? 'unreadable_answer' : 'connection_failed';
}

for (const [conversation, { streaming, prompts }] of conversations.entries()) {
  let previous = undefined;
  for (const prompt of prompts) {
    const began = performance.now();
    const elapsed = () => performance.now() - began;
    const { id, ...turn } = await say(prompt, previous, streaming, elapsed);
    console.log(JSON.stringify({ conversation, ...turn, elapsedMs: elapsed() }));
    if (turn.code !== null) break;
    previous = id;
  }
}
