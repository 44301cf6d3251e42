// Makes calls with the client as it comes, its own retries included. For each line of JSON that comes in it prints one: every answer that the call was given on
// the wire, and what the caller got.
// node retries.mjs API_KEY; {"baseURL": …} with "create": {…}, "retrieve": "resp_…" or "add": {"conversation": "conv_…", "items": […]}
import { createInterface } from 'node:readline';
import OpenAI from 'openai';

const [apiKey] = process.argv.slice(2);

/** A stream's last response; what an error says where it brings none. */
async function endOf(stream) {
  let end = { status: 'nothing' };
  for await (const event of stream) {
    if (event.response) end = event.response;
    else if (event.type === 'error') end = { status: `error ${event.code}` };
  }
  return end;
}

async function call({ baseURL, create, retrieve, add }) {
  const exchanges = [];
  const client = new OpenAI({
    baseURL,
    apiKey,
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      const code = response.ok ? null : (await response.clone().json()).error?.code;
      exchanges.push({ status: response.status, code, headers: Object.fromEntries(response.headers) });
      return response;
    },
  });
  try {
    const answer = await (retrieve ? client.responses.retrieve(retrieve)
      : add ? client.conversations.items.create(add.conversation, { items: add.items })
      : client.responses.create(create));
    const { id, status = 'done', output = [] } = create?.stream ? await endOf(answer) : answer;
    return { exchanges, outcome: status, id, text: output.flatMap((item) => item.content ?? []).map((part) => part.text).join('') };
  } catch (error) {
    return { exchanges, outcome: `${error.status ?? 'error'} ${error.code}`, text: error.message };
  }
}

for await (const line of createInterface({ input: process.stdin })) console.log(JSON.stringify(await call(JSON.parse(line))));
