// What is asked of every client: a conversation in streams, with a tool and the rest, held in the client's own way.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { refuseNext, seen } from './common.mjs';

const longestAttempt = 30_000;
const pixel = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const City = z.object({ name: z.string(), population: z.number().int() });

/**
 * Attempts every feature, prints which held as one line of JSON, and exits with 0 if all did. The first of the packages is the client.
 * ask(said, options) says something to the model, hands the answer's text to options.onText as it streams, runs the tools that the model calls, and
 * returns { text, id, usage: [input, output, total], value, … }. Options: previous, what the turn before returned; chained, to continue it by its
 * id and not by its history; tools; schema, of the value to answer with; image, a URL; store; signal.
 */
export async function report(packages, ask) {
  let pieces = 0;
  const say = (said, options) => ask(said, { onText: () => pieces++, ...options });

  async function conversation(options) {
    const first = await say('My name is Ada. What is the weather in Paris?', { tools: true, ...options });
    assert.deepEqual(seen.cities, ['Paris']);
    assert.match(first.text, /21/);
    const second = await say('What is my name?', { previous: first, tools: true, ...options });
    assert.match(second.text, /Ada/);
    const third = await say('What is the weather in Rome?', { previous: second, tools: true, ...options });
    assert.deepEqual(seen.cities, ['Paris', 'Rome']);
    assert.match(third.text, /27/);
    assert(pieces > 3, `${pieces} pieces are no streams.`);
    return { texts: [first.text, second.text, third.text] };
  }

  const attempts = {
    streamedToolCall: () => conversation(),
    async previousResponseId() {
      const { texts } = await conversation({ chained: true });
      assert(seen.calls.at(-1).chained, 'The client sent no previous_response_id.');
      return { texts };
    },
    async storeFalse() {
      const { texts } = await conversation({ store: false });
      assert(seen.calls.every((call) => call.store === false), 'The client did not send store: false.');
      return { texts };
    },
    async parallelToolCalls() {
      const { text } = await say('What is the weather in Paris and in Rome?', { tools: true });
      assert.deepEqual(seen.cities.toSorted(), ['Paris', 'Rome']);
      assert.match(text, /21.*27|27.*21/s);
      assert.equal(seen.calls.length, 2);
      return { text };
    },
    structuredOutput: async () => City.parse((await say('Describe a city', { schema: City })).value),
    async usage() {
      const { usage: [input, output, total] } = await say('What is the weather in Rome?', { tools: true });
      assert(input > 0 && output > 0, `${input} tokens in, ${output} out.`);
      assert.equal(total, input + output);
      return { input, output, total };
    },
    async image() {
      const { text } = await say('What is in this image?', { image: pixel });
      assert.notEqual(text, '');
      return { text };
    },
    async abort() {
      const hangUp = new AbortController();
      const onText = () => ++pieces && hangUp.abort();
      await say('Count to 100000.', { signal: hangUp.signal, onText }).catch((error) => assert(hangUp.signal.aborted, error));
      assert(pieces > 0 && pieces < 1000, `${pieces} pieces came.`);
      return { pieces };
    },
    async errorCode() {
      const lost = { id: `resp_${'0'.repeat(50)}`, history: [] };
      const error = await say('What is my name?', { previous: lost, chained: true }).then(assert.fail, (refused) => refused);
      const { code, param } = error.data?.error ?? error;
      assert.deepEqual([error.status ?? error.statusCode, code, param], [400, 'previous_response_not_found', 'previous_response_id']);
    },
    async retry() {
      await refuseNext();
      await say('My name is Ada.');
      assert.deepEqual(seen.calls.map((call) => call.status), [429, 200]);
    },
  };

  const features = {};
  const details = {};
  for (const [feature, attempt] of Object.entries(attempts)) {
    Object.assign(seen, { cities: [], calls: [] });
    pieces = 0;
    const outcome = await Promise.race([attempt(), delay(longestAttempt).then(() => assert.fail('It took too long.'))])
      .catch((error) => ({ failed: error.stack ?? String(error) }));
    features[feature] = !outcome?.failed;
    details[feature] = { ...outcome, calls: seen.calls };
  }

  const client = packages.map((name) => `${name} ${versionOf(name)}`).join(' with ');
  const exitCode = Object.values(features).every(Boolean) ? 0 : 1;
  process.stdout.write(`${JSON.stringify({ client, features, details })}\n`, () => process.exit(exitCode));
}

const versionOf = (name) => JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url))).version;
