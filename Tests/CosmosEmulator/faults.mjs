// Faults and counts, for each database apart: tests share one emulator.
const databases = new Map();

function stateOf(name) {
  if (!databases.has(name))
    databases.set(name, { faults: [], requests: [] });
  return databases.get(name);
}

// GET: the requests so far; DELETE: the same, and they are forgotten; POST: faults, each
// { operation?, count, status?, retryAfterMs?, substatus?, delayMs?, refuse?, afterwards? }, the first that fits is taken.
export function control(method, name, body) {
  const state = stateOf(name);
  if (method === 'POST')
    state.faults.push(...JSON.parse(body));
  const requests = [...state.requests];
  if (method === 'DELETE')
    state.requests.length = 0;
  return requests;
}

export function takeFault(name, operation) {
  const fault = stateOf(name).faults.find(fault => fault.count > 0 && (!fault.operation || fault.operation === operation));
  if (fault)
    fault.count--;
  return fault;
}

export function tell(name, operation, fault) {
  stateOf(name).requests.push(fault?.status ? `${operation} ${fault.status}` : operation);
}
