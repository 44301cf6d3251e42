// The backends, pools and APIs of pools.json in API Management, with their policies.

@description('pools.json in base64: tools that copy this file leave its neighbours behind.')
param pools string

@description('policies/pool.xml in base64: of APIs whose pool API Management balances.')
param poolPolicy string

@description('policies/gateway.xml in base64: of APIs that the session-aware gateway serves.')
param gatewayPolicy string

@description('policies/api-error.xml in base64: the fragment that both include.')
param errorFragment string

@description('API Management\'s name.')
param serviceName string

@description('What the accounts\' names begin with, before the backend\'s.')
param accountPrefix string

@description('The domain of the container apps, among which the gateway is.')
param environmentDomain string

@description('Whom API Management\'s tokens for the gateway are for.')
param gatewayAudience string

#disable-next-line no-unused-params // Aspire passes it to every template; what belongs to a service is where that is.
param location string

var file = json(base64ToString(pools))
var gatewayUrl = 'https://gateway.${environmentDomain}'
var methods = ['DELETE', 'GET', 'POST']

// What the APIs' policies are made of; a pool is API Management's own or the gateway's.
var apis = map(file.apis, api => {
  name: api.name
  path: api.properties.path
  retry: api.sessionAware.?retry
  pool: api.sessionAware.pool
  cookie: first(filter(file.pools, pool => pool.name == api.sessionAware.pool)).properties.pool.?sessionAffinity.?sessionId
  isGateways: first(filter(file.pools, pool => pool.name == api.sessionAware.pool)).?sessionAware.?azure == 'gateway'
})
var operations = flatten(map(apis, api => map(methods, method => { api: api.name, method: method })))

// pools.json has ISO 8601 up to five minutes, the policy whole seconds.
func partOf(duration string, end string) int => contains(duration, end) ? int(split(last(split(replace(split(duration, end)[0], 'PT', ''), 'M')), '.')[0]) : 0
func secondsOf(duration string) int => 60 * partOf(duration, 'M') + partOf(duration, 'S')

func statusesOf(ranges array) string => join(map(ranges, range => 'context.Response.StatusCode &gt;= ${range.min} &amp;&amp; context.Response.StatusCode &lt;= ${range.max}'), ' || ')

// Without a retry rule nothing is retried: the element stays, and its condition never holds. Its interval must be one all the same.
func wordsOf(api object) object => {
  '@pool@': api.pool
  '@cookie@': api.cookie == null ? '' : (api.cookie.?name ?? 'APIM-Backend-Affinity')
  '@statuses@': api.retry == null ? 'false' : statusesOf(api.retry.?condition.?statusCodeRanges ?? [{ min: 429, max: 429 }, { min: 503, max: 503 }])
  '@count@': string(api.retry.?count ?? 1)
  '@interval@': api.retry == null ? '1' : string(secondsOf(api.retry.?interval ?? 'PT0S'))
  '@fast@': toLower(string(api.retry.?firstFastRetry ?? false))
}

func written(text string, words object) string => reduce(items(words), text, (written, word) => replace(written, word.key, word.value))

resource service 'Microsoft.ApiManagement/service@2024-05-01' existing = {
  name: serviceName
}

resource logger 'Microsoft.ApiManagement/service/loggers@2024-05-01' existing = {
  parent: service
  name: 'applicationinsights'
}

resource backends 'Microsoft.ApiManagement/service/backends@2025-09-01-preview' = [for backend in file.backends: {
  parent: service
  name: backend.name
  properties: union(backend.?properties ?? {}, {
    type: 'Single'
    protocol: 'http'
    url: 'https://${accountPrefix}-${backend.name}.openai.azure.com'
  })
}]

// API Management refuses a pool whose members are not there yet.
resource balanced 'Microsoft.ApiManagement/service/backends@2025-09-01-preview' = [for pool in file.pools: {
  parent: service
  name: pool.name
  properties: union(pool.properties, { type: 'Pool' })
  dependsOn: [backends]
}]

resource fragment 'Microsoft.ApiManagement/service/policyFragments@2024-05-01' = {
  parent: service
  name: 'api-error'
  properties: { format: 'xml', value: base64ToString(errorFragment) }
}

resource served 'Microsoft.ApiManagement/service/apis@2024-05-01' = [for api in apis: {
  parent: service
  name: api.name
  properties: {
    displayName: api.name
    path: api.path
    protocols: ['https']
    apiType: 'http'
    subscriptionRequired: true
    subscriptionKeyParameterNames: { header: 'api-key', query: 'api-key' }
    ...(api.isGateways ? { serviceUrl: '${gatewayUrl}/${api.path}' } : {})
  }
}]

// Everything behind the path, as to the account itself. One after the other, here and below: an API takes no second order while it carries one out.
@batchSize(1)
resource everything 'Microsoft.ApiManagement/service/apis/operations@2024-05-01' = [for operation in operations: {
  name: '${serviceName}/${operation.api}/${toLower(operation.method)}'
  properties: { displayName: operation.method, method: operation.method, urlTemplate: '/*' }
  dependsOn: [served]
}]

@batchSize(1)
resource policies 'Microsoft.ApiManagement/service/apis/policies@2024-05-01' = [for (api, index) in apis: {
  parent: served[index]
  name: 'policy'
  properties: {
    format: 'xml'
    value: api.isGateways
      ? written(base64ToString(gatewayPolicy), { '@pool@': api.pool, '@audience@': gatewayAudience })
      : written(base64ToString(poolPolicy), wordsOf(api))
  }
  dependsOn: [balanced, fragment, everything]
}]

// No bodies: whoever logs them has to hold streams back.
@batchSize(1)
resource diagnostics 'Microsoft.ApiManagement/service/apis/diagnostics@2024-05-01' = [for (api, index) in apis: {
  parent: served[index]
  name: 'applicationinsights'
  properties: {
    loggerId: logger.id
    metrics: true
    alwaysLog: 'allErrors'
    httpCorrelationProtocol: 'W3C'
    verbosity: 'information'
    sampling: { samplingType: 'fixed', percentage: 100 }
    frontend: { request: { headers: [], body: { bytes: 0 } }, response: { headers: [], body: { bytes: 0 } } }
    backend: { request: { headers: [], body: { bytes: 0 } }, response: { headers: [], body: { bytes: 0 } } }
  }
  dependsOn: [policies]
}]
