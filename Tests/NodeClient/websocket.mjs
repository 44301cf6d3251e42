// Talks over one WebSocket through the official client, then over a second one; prints what it saw as one line of JSON.
// node websocket.mjs BASE_URL API_KEY
import OpenAI from 'openai';
import { ResponsesWS } from 'openai/resources/responses/ws';

const [baseURL, apiKey] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
const terminal = ['response.completed', 'response.incomplete', 'response.failed', 'error'];

// Frames go out in order and turns come back in order, so each turn is what arrives up to the next terminal event.
function connect() {
  const socket = new ResponsesWS(client);
  const seen = { raw: 0, errors: [], close: null };
  const waiting = [];
  let events = [];
  socket.on('error', (error) => seen.errors.push(error.error?.error?.code ?? error.message));
  socket.on('raw', () => seen.raw++);
  socket.on('event', (event) => {
    events.push(event);
    if (!terminal.includes(event.type)) return;
    waiting.shift()(events);
    events = [];
  });
  const closed = new Promise((resolve) => socket.on('close', (code) => { seen.close = code; resolve(); }));
  const create = (frame) => new Promise((resolve) => {
    waiting.push(resolve);
    socket.send({ type: 'response.create', model: 'gpt-4o-mini', ...frame });
  });
  return { socket, seen, closed, create };
}

const textOf = (events) => events.filter((event) => event.type === 'response.output_text.delta').map((event) => event.delta).join('');
const idOf = (events) => events.at(-1).response.id;

const one = connect();
const warmUp = await one.create({ input: 'My name is Ada.', generate: false, store: false });
const [first, second] = await Promise.all([
  one.create({ input: 'My dog is called Rex.', previous_response_id: idOf(warmUp), store: false }),
  one.create({ input: 'Count to 3', store: true }),
]);
const third = await one.create({ input: 'Hi', previous_response_id: idOf(second), store: false });
const unknownModel = await one.create({ model: 'none', input: 'Hi' });
one.socket.close();
await one.closed;

const two = connect();
const lost = await two.create({ input: 'Hi', previous_response_id: idOf(third) });
const stored = await two.create({ input: 'Hi', previous_response_id: idOf(second) });
two.socket.close();
await two.closed;

const rejected = new ResponsesWS(new OpenAI({ baseURL, apiKey: 'wrong', maxRetries: 0 }));
const rejection = await new Promise((resolve) => rejected.on('error', (error) => resolve(error.message)));

console.log(JSON.stringify({
  warmUpTypes: warmUp.map((event) => event.type),
  firstText: textOf(first),
  firstTypes: first.map((event) => event.type).filter((type, index, all) => type !== all[index - 1]),
  secondText: textOf(second),
  unknownModel: unknownModel.map((event) => event.status),
  lost: lost.map((event) => event.error.code),
  storedStatus: stored.at(-1).response.status,
  errors: [...one.seen.errors, ...two.seen.errors],
  raw: one.seen.raw + two.seen.raw,
  closes: [one.seen.close, two.seen.close],
  rejection,
}));
