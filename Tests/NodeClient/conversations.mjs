// Holds conversations with the client as it comes, which drops cookies; prints one line of JSON: for each conversation the status, code and region
// of each turn up to the first that failed.
// node conversations.mjs BASE_URL API_KEY CONVERSATIONS TURNS
import OpenAI from 'openai';

const [baseURL, apiKey, conversations, turns] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });

const outcomes = [];
for (let number = 0; number < Number(conversations); number++) {
  const seen = [];
  let previous = undefined;
  for (let turn = 0; turn < Number(turns); turn++) {
    try {
      const { data, response } = await client.responses
        .create({ model: 'gpt-4o-mini', input: turn === 0 ? 'My name is Ada.' : 'Who am I?', previous_response_id: previous })
        .withResponse();
      previous = data.id;
      seen.push({ status: response.status, code: null, region: response.headers.get('x-backend-region'), affinity: response.headers.get('x-session-affinity') });
    } catch (error) {
      seen.push({ status: error.status, code: error.code, region: error.headers?.get('x-backend-region'), affinity: error.headers?.get('x-session-affinity') });
      break;
    }
  }
  outcomes.push(seen);
}
console.log(JSON.stringify(outcomes));
