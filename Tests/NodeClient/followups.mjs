// Holds conversations side by side through several replicas in turn, with the client as it comes; prints one line of JSON: for each conversation its word, the
// backend of each turn, and the last answer.
// node followups.mjs API_KEY CONVERSATIONS FOLLOW_UPS BASE_URL...
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import OpenAI from 'openai';

const [apiKey, conversations, followUps, ...replicas] = process.argv.slice(2);
const clients = replicas.map((baseURL) => new OpenAI({ baseURL, apiKey, maxRetries: 0 }));
const model = 'gpt-4o-mini';
const delays = [0, 10, 100, 'during'];
let turns = 0;

/** One turn through the next replica; onFirst is told the id as soon as it is seen. */
async function say(input, previous, stream, onFirst) {
  const client = clients[turns++ % clients.length];
  const { data, response } = await client.responses.create({ model, input, previous_response_id: previous, stream }).withResponse();
  const backend = response.headers.get('x-backend-id');
  if (!stream) return { id: data.id, backend, text: data.output_text };
  let whole;
  for await (const event of data) {
    if (event.type === 'response.created') onFirst?.(event.response.id);
    if (event.type === 'response.completed') whole = event.response;
  }
  return { id: whole.id, backend, text: whole.output[0].content[0].text };
}

/** The backend that answered, also where it is the right one that refuses. */
async function whereOf(early) {
  try {
    return (await early).backend;
  } catch (error) {
    if (error.code !== 'previous_response_not_found') throw error;
    return error.headers.get('x-backend-id') ?? 'nobody';
  }
}

async function converse(number) {
  const word = randomBytes(4).toString('hex').toUpperCase();
  let last = await say(`The code of my bicycle locker is ${word}.`, undefined, number % 2 === 0);
  const backends = [last.backend];
  for (let turn = 0; turn < Number(followUps); turn++) {
    const delay = delays[(number + turn) % delays.length];
    const ask = (previous, stream, onFirst) => say('What is the code of my bicycle locker?', previous, stream, onFirst);
    if (delay === 'during') {
      let early;
      last = await ask(last.id, true, (id) => (early = whereOf(ask(id, number % 3 === 0))));
      backends.push(last.backend, await early);
    } else {
      await wait(delay);
      last = await ask(last.id, (number + turn) % 3 === 0);
      backends.push(last.backend);
    }
  }
  return { word, backends, answer: last.text };
}

const outcomes = [];
const queue = Array.from({ length: Number(conversations) }, (_, number) => number);
await Promise.all(
  Array.from({ length: 16 }, async () => {
    for (let number = queue.shift(); number !== undefined; number = queue.shift()) outcomes[number] = await converse(number);
  }),
);
console.log(JSON.stringify(outcomes));
