// Creates, streams, retrieves, lists and deletes through the official client; prints what it saw as one line of JSON.
// node operations.mjs BASE_URL API_KEY. The affinity cookie is carried by hand, since the client keeps none.
import OpenAI from 'openai';

const [baseURL, apiKey] = process.argv.slice(2);
let cookie = null;
const client = new OpenAI({
  baseURL,
  apiKey,
  maxRetries: 0,
  // What a user of this client must write to hold a conversation behind a cookie.
  fetch: async (url, init) => {
    if (cookie) init.headers.set('cookie', cookie);
    const response = await fetch(url, init);
    cookie ??= response.headers.get('set-cookie')?.split(';')[0] ?? null;
    return response;
  },
});

const model = 'gpt-4o-mini';
const created = await client.responses.create({ model, input: 'My name is Ada.' });

let streamedText = '';
let streamed = null;
const eventTypes = [];
const stream = await client.responses.create({ model, input: 'Who am I?', previous_response_id: created.id, stream: true });
for await (const event of stream) {
  if (eventTypes.at(-1) !== event.type) eventTypes.push(event.type);
  if (event.type === 'response.output_text.delta') streamedText += event.delta;
  if (event.type === 'response.completed') streamed = event.response;
}

const retrieved = await client.responses.retrieve(streamed.id);
const roles = [];
for await (const item of client.responses.inputItems.list(streamed.id, { order: 'asc', limit: 2 })) roles.push(item.role);
await client.responses.delete(streamed.id);
const gone = await client.responses.retrieve(streamed.id).then(() => null, (error) => error);

console.log(JSON.stringify({
  createdText: created.output_text,
  streamedText,
  eventTypes,
  retrievedText: retrieved.output_text,
  roles,
  goneStatus: gone?.status ?? null,
}));
