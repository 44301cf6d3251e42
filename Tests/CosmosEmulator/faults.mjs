// Faults and counts, for each database apart: tests share one emulator.
const databases = new Map();

function stateOf(name) {
  if (!databases.has(name))
    databases.set(name, { faults: [], requests: [], held: [] });
  return databases.get(name);
}

// GET: the requests so far; DELETE: the same, and they are forgotten; POST: faults, each
// { operation?, count, status?, retryAfterMs?, substatus?, hold?, refuse?, afterwards? }, the first that fits is taken; PUT: no faults any more, and who was held goes on.
export async function control(method, name, body) {
  const state = stateOf(name);
  if (method === 'PUT') {
    state.faults.length = 0;
    const held = state.held.splice(0);
    held.forEach(request => request.release());
    await Promise.all(held.map(request => request.done));
  }
  if (method === 'POST')
    state.faults.push(...JSON.parse(body));
  const requests = [...state.requests];
  if (method === 'DELETE')
    state.requests.length = 0;
  return requests;
}

// The container itself is struck only where it is named: who has opened it does not ask for it any more.
export function takeFault(name, operation) {
  const fault = stateOf(name).faults.find(fault => fault.count > 0 && (fault.operation ? fault.operation === operation : operation && operation !== 'container'));
  if (fault)
    fault.count--;
  return fault;
}

// Ends when the faults are lifted.
export function hold(name, res) {
  const done = new Promise(resolve => res.on('close', resolve));
  return new Promise(release => stateOf(name).held.push({ release, done }));
}

export function tell(name, operation, fault) {
  stateOf(name).requests.push(fault?.status ? `${operation} ${fault.status}` : operation);
}
