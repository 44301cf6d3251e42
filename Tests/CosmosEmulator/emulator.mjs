// Cosmos DB for NoSQL on loopback, in memory: npm's @vercel/cosmosdb-server for databases, containers and writes, and around it what that lacks: 404s, keys, partitions,
// query plans, expiry, limits, faults on demand and a count of requests. What stands here is our reading of Cosmos, no more: see CosmosEmulator.cs.
import { createHmac, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import { control, hold, takeFault, tell } from './faults.mjs';

const require = createRequire(import.meta.url);
const Account = require('@vercel/cosmosdb-server/lib/account').default;
const route = require('@vercel/cosmosdb-server/lib/routes').default;
const compile = require('@zeit/cosmosdb-query').default;
const ResourceId = require('@vercel/cosmosdb-server/lib/account/resource-id').default;

const largestDocument = 2 * 1024 * 1024;
const port = Number(process.argv[2] ?? 0);
const key = process.argv[3] ?? randomBytes(64).toString('base64');
const account = new Account('127.0.0.1', 0);
const queries = new Map();

// Internal names stand in paths.
ResourceId.toBase64String = buffer => buffer.toString('base64').replaceAll('/', '-');
ResourceId.fromBase64String = text => Buffer.from(text.replaceAll('-', '/'), 'base64');

// Whoever started this has ended, however that came.
process.stdin.resume().on('end', () => process.exit());

const server = createServer(async (req, res) => {
  try {
    const body = await read(req);
    const path = decodeURIComponent(new URL(req.url, 'http://x').pathname).replace(/\/+/g, '/').replace(/(.)\/$/, '$1');
    if (path.startsWith('/__control/'))
      return send(res, 200, await control(req.method, path.split('/')[2], body));
    const [, , database, , container, docs] = path.split('/');
    const operation = docs === 'docs' ? operationOf(req) : undefined;
    const fault = takeFault(database, operation ?? (container && req.method === 'GET' ? 'container' : undefined));
    if (operation)
      tell(database, operation, fault);
    if (fault?.refuse)
      return req.socket.destroy();
    if (fault?.hold)
      await hold(database, res);
    if (fault?.status && !fault.afterwards)
      return fail(res, fault.status, 'fault', fault);
    // A client with another key gets no further than its account. Below containers paths may have internal names, whose signing is not known for sure.
    if (path.split('/').filter(Boolean).length < 4 && !isSigned(req, path))
      return fail(res, 401, 'The input authorization token can\'t serve the request.');
    if (operation && body.length > largestDocument)
      return fail(res, 413, 'Request size is too large');
    const [status, answer] = await answerTo(req, res, path, operation, body);
    return fault?.status ? fail(res, fault.status, 'fault', fault) : send(res, status, answer);
  } catch (bug) {
    console.error(bug);
    fail(res, 500, String(bug));
  }
});
server.listen(port, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port, key })));

async function answerTo(req, res, path, operation, body) {
  if (operation) {
    const [, , database, , container, , id] = path.split('/');
    const collection = account.database(database).collection(container);
    if (!collection.read()) {
      res.setHeader('x-ms-substatus', '1003');
      return [404, { code: 'NotFound', message: 'Owner resource does not exist' }];
    }
    const partition = req.headers['x-ms-documentdb-partitionkey'] && JSON.parse(req.headers['x-ms-documentdb-partitionkey'])[0];
    expire(collection);
    if (operation === 'plan')
      return [200, plan];
    if (operation === 'query')
      return query(req, res, collection, partition, JSON.parse(body));
    if (operation === 'read') {
      const found = collection.document(id, partition).read();
      return found ? [200, found] : [404, { code: 'NotFound', message: 'Entity with the specified id does not exist in the system.' }];
    }
  }
  const incoming = Object.assign(Readable.from(body.length ? [body] : []), { headers: req.headers, method: req.method, url: req.url });
  const [params, handler] = route(incoming) ?? [];
  if (!handler)
    return [400, { code: 'BadRequest', message: `no route: ${req.method} ${path}` }];
  res.statusCode = 200;
  const answer = await handler(account, incoming, res, params);
  // Read as a feed of changes: who has seen it all is told that there is nothing new.
  if (req.headers['a-im'] && res.statusCode === 200) {
    res.setHeader('etag', '"1"');
    return req.headers['if-none-match'] ? [304, undefined] : [200, answer];
  }
  return [res.statusCode, answer];
}

function query(req, res, collection, partition, { query: sql, parameters }) {
  const compiled = queries.get(sql) ?? compile(sql);
  queries.set(sql, compiled);
  const all = documentsOf(collection).filter(document => partition === undefined || document.partition === partition);
  const { result, continuation } = compiled.exec(all, {
    parameters,
    maxItemCount: Number(req.headers['x-ms-max-item-count'] ?? 0) || undefined,
    continuation: req.headers['x-ms-continuation'] ? JSON.parse(req.headers['x-ms-continuation']) : undefined,
    compositeIndexes: [],
  });
  if (continuation)
    res.setHeader('x-ms-continuation', JSON.stringify(continuation));
  res.setHeader('x-ms-item-count', String(result.length));
  return [200, { _rid: collection.read()._rid, Documents: result, _count: result.length }];
}

// There is one range of partitions, and whoever asks gets the rows in their order: nothing is left to the client.
const plan = {
  partitionedQueryExecutionInfoVersion: 2,
  queryInfo: {
    distinctType: 'None', top: null, offset: null, limit: null, orderBy: [], orderByExpressions: [], groupByExpressions: [], groupByAliases: [], aggregates: [],
    groupByAliasToAggregateType: {}, rewrittenQuery: '', hasSelectValue: false,
  },
  queryRanges: [{ min: '', max: 'FF', isMinInclusive: true, isMaxInclusive: false }],
};

function operationOf(req) {
  const has = header => req.headers[header]?.toLowerCase() === 'true';
  if (has('x-ms-cosmos-is-query-plan-request'))
    return 'plan';
  if (req.method === 'POST')
    return has('x-ms-documentdb-isquery') || req.headers['content-type'] === 'application/query+json' ? 'query' : has('x-ms-documentdb-is-upsert') ? 'upsert' : 'create';
  return { GET: 'read', PUT: 'replace', PATCH: 'patch', DELETE: 'delete' }[req.method];
}

function documentsOf(collection) {
  return [...collection.documents._data.values()].map(item => item.read());
}

function expire(collection) {
  if (collection.read().defaultTtl === undefined)
    return;
  const now = Date.now() / 1000;
  for (const document of documentsOf(collection)) {
    if (document.ttl > 0 && document._ts + document.ttl < now)
      collection.documents.delete(document.id, document.partition);
  }
}

// What is signed is the verb, the kind of what is asked for, where it is, and the time.
function isSigned(req, path) {
  const parts = path.split('/').filter(Boolean);
  const isList = parts.length % 2 === 1;
  const kind = parts.length === 0 ? '' : isList ? parts.at(-1) : parts.at(-2);
  const signed = token => decodeURIComponent(req.headers.authorization ?? '') === `type=master&ver=1.0&sig=${createHmac('sha256', Buffer.from(key, 'base64')).update(token).digest('base64')}`;
  const place = (isList ? parts.slice(0, -1) : parts).join('/');
  const sign = where => signed(`${req.method.toLowerCase()}\n${kind}\n${where}\n${(req.headers['x-ms-date'] ?? '').toLowerCase()}\n\n`);
  // By the container's internal name nothing stands before it.
  return sign(place) || sign((isList ? parts.at(-2) ?? '' : parts.at(-1) ?? '').toLowerCase());
}

async function read(req) {
  const chunks = [];
  for await (const chunk of req)
    chunks.push(chunk);
  return Buffer.concat(chunks);
}

function fail(res, status, message, { retryAfterMs, substatus } = {}) {
  if (retryAfterMs !== undefined)
    res.setHeader('x-ms-retry-after-ms', String(retryAfterMs));
  if (substatus !== undefined)
    res.setHeader('x-ms-substatus', String(substatus));
  send(res, status, { code: String(status), message });
}

function send(res, status, body) {
  res.statusCode = status;
  if (body?._etag)
    res.setHeader('etag', body._etag);
  res.setHeader('content-type', 'application/json');
  res.setHeader('x-ms-request-charge', '1');
  res.setHeader('x-ms-activity-id', '00000000-0000-0000-0000-000000000000');
  res.end(status === 204 || status === 304 || body === undefined ? undefined : JSON.stringify(body));
}
