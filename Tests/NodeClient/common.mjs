// What the clients' scripts share: arguments, the tool, and the wire between client and server.
// node CLIENT.mjs BASE_URL [API_KEY [MODEL]]
import { z } from 'zod';

export const [baseURL, apiKey = 'local-key', model = 'gpt-4o-mini'] = process.argv.slice(2);

/** What was seen since the attempt began: the cities that the tool was asked about, and the calls that crossed the wire. */
export const seen = { cities: [], calls: [] };

const celsius = { Paris: 21, Rome: 27 };
export const weather = {
  name: 'get_weather',
  description: 'Gets the weather in a city',
  parameters: z.object({ city: z.string() }),
  run({ city }) {
    seen.cities.push(city);
    return { city, celsius: celsius[city] };
  },
};

/** Has the region refuse the next request. */
export async function refuseNext() {
  const faults = [{ kind: 'throttle', retry_after_ms: 1 }];
  const { status } = await fetch(new URL('/_emulator/queue', baseURL), { method: 'POST', body: JSON.stringify({ faults }) });
  if (status !== 200) throw new Error(`The region did not take the fault: ${status}.`);
}

/** The fetch that every client uses. */
export async function fetchOverWire(url, init) {
  const { pathname, search } = new URL(url);
  const { input, previous_response_id, store } = JSON.parse(init.body ?? '{}');
  const response = await fetch(url, init);
  seen.calls.push({
    call: `${init.method} ${pathname}${search}`,
    input: typeof input === 'string' ? 'text' : input?.map((item) => item.type ?? `${item.role} message`),
    chained: previous_response_id != null,
    store,
    status: response.status,
    region: response.headers.get('x-backend-region') ?? undefined,
  });
  return response;
}
