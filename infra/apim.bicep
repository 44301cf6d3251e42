// API Management, where it reports to, and the lab's subscription. What it serves is in apis.bicep.

param location string

@description('Azure writes to this address about the service.')
param publisherEmail string

param publisherName string = 'SessionAware'

@description('Pools need one of the dedicated tiers or a v2 tier: Consumption has no circuit breakers.')
@allowed(['BasicV2', 'StandardV2', 'PremiumV2', 'Developer', 'Basic', 'Standard', 'Premium'])
param sku string = 'BasicV2'

@description('The application of Application Insights, in the same resource group.')
param insightsName string

@description('The key of the lab\'s subscription.')
@secure()
@minLength(20)
param labKey string

@description('Whom API Management\'s tokens for the gateway are for: an application of this tenant. The default exists in every tenant.')
param gatewayAudience string = 'https://cognitiveservices.azure.com'

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource service 'Microsoft.ApiManagement/service@2024-05-01' = {
  name: 'apim-${uniqueString(resourceGroup().id)}'
  location: location
  sku: { name: sku, capacity: 1 }
  identity: { type: 'SystemAssigned' }
  properties: { publisherEmail: publisherEmail, publisherName: publisherName }
}

resource logger 'Microsoft.ApiManagement/service/loggers@2024-05-01' = {
  parent: service
  name: 'applicationinsights'
  properties: {
    loggerType: 'applicationInsights'
    resourceId: insights.id
    credentials: { connectionString: insights.properties.ConnectionString, identityClientId: 'SystemAssigned' }
  }
}

resource lab 'Microsoft.ApiManagement/service/subscriptions@2024-05-01' = {
  parent: service
  name: 'lab'
  properties: {
    displayName: 'The lab'
    scope: '/apis'
    state: 'active'
    primaryKey: labKey
  }
}

output serviceName string = service.name
output principalId string = service.identity.principalId
output url string = service.properties.gatewayUrl

@description('What the gateway needs to know API Management by: the issuer of its tokens, whom they are for, and the owner whom they tell.')
output authority string = '${environment().authentication.loginEndpoint}${subscription().tenantId}'
output audience string = gatewayAudience
output frontDoorOwner string = 'token:https://sts.windows.net/${subscription().tenantId}/|${subscription().tenantId}|oid=${service.identity.principalId}'
