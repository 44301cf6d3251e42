// An account for each backend of pools.json, in its region, with its deployments. Entra alone opens them.

@description('pools.json in base64: tools that copy this file leave its neighbours behind.')
param pools string

@description('The model of every deployment, where those of pools.json have retired: names stay.')
param model string = ''

param modelVersion string = ''

@description('Azure\'s kind of deployment, which decides where a model may run.')
param deploymentSku string = 'GlobalStandard'

@description('Thousands of tokens a minute for each deployment, where pools.json asks for more.')
param maxCapacity string = '50'

#disable-next-line no-unused-params // Aspire passes it to every template; pools.json knows where its accounts are.
param location string

var backends = json(base64ToString(pools)).backends
var prefix = 'sessionaware-${uniqueString(resourceGroup().id)}'
var deployments = flatten(map(range(0, length(backends)), index => map(
  backends[index].?sessionAware.?deployments ?? [],
  deployment => { backend: index, ...deployment }
)))

resource accounts 'Microsoft.CognitiveServices/accounts@2025-06-01' = [for backend in backends: {
  name: '${prefix}-${backend.name}'
  location: backend.?properties.?azureRegion ?? backend.name
  kind: 'AIServices'
  sku: { name: 'S0' }
  identity: { type: 'SystemAssigned' }
  properties: {
    customSubDomainName: '${prefix}-${backend.name}'
    disableLocalAuth: true
    publicNetworkAccess: 'Enabled'
  }
}]

// One after the other: an account takes no second order while it carries one out.
@batchSize(1)
resource models 'Microsoft.CognitiveServices/accounts/deployments@2025-06-01' = [for deployment in deployments: {
  parent: accounts[deployment.backend]
  name: deployment.name
  sku: {
    name: deploymentSku
    capacity: min(deployment.?capacity ?? int(maxCapacity), int(maxCapacity))
  }
  properties: {
    model: {
      format: 'OpenAI'
      name: empty(model) ? deployment.model : model
      version: empty(model) ? deployment.version : modelVersion
    }
    versionUpgradeOption: 'OnceCurrentVersionExpired'
  }
}]

@description('What the accounts\' names begin with; behind it comes the backend\'s. The address of one is https://{prefix}-{backend}.openai.azure.com.')
output accountPrefix string = prefix
