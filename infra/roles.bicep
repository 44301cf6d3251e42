// Who may do what, by identity: nothing here is opened by a key.

@description('pools.json in base64: tools that copy this file leave its neighbours behind.')
param pools string

@minLength(2)
param accountPrefix string
param cosmosAccountName string
param insightsName string

@description('API Management\'s identity.')
param apimPrincipalId string

@description('The gateway\'s identity.')
param gatewayPrincipalId string

#disable-next-line no-unused-params // Aspire passes it to every template; a role is where its resource is.
param location string

var backends = json(base64ToString(pools)).backends
var principals = [apimPrincipalId, gatewayPrincipalId]
var cognitiveServicesUser = 'a97b65f3-24c7-4388-baec-2e87135dc908'
var monitoringMetricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb'
var cosmosDataContributor = '00000000-0000-0000-0000-000000000002'

resource accounts 'Microsoft.CognitiveServices/accounts@2025-06-01' existing = [for backend in backends: {
  name: '${accountPrefix}-${backend.name}'
}]

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource cosmos 'Microsoft.DocumentDB/databaseAccounts@2024-11-15' existing = {
  name: cosmosAccountName
}

resource modelUsers 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for number in range(0, length(backends) * length(principals)): {
  scope: accounts[number / length(principals)]
  name: guid(accounts[number / length(principals)].id, principals[number % length(principals)], cognitiveServicesUser)
  properties: {
    principalId: principals[number % length(principals)]
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', cognitiveServicesUser)
  }
}]

resource reporter 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: insights
  name: guid(insights.id, apimPrincipalId, monitoringMetricsPublisher)
  properties: {
    principalId: apimPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', monitoringMetricsPublisher)
  }
}

resource sessionKeeper 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments@2024-11-15' = {
  parent: cosmos
  name: guid(cosmos.id, gatewayPrincipalId, cosmosDataContributor)
  properties: {
    principalId: gatewayPrincipalId
    roleDefinitionId: '${cosmos.id}/sqlRoleDefinitions/${cosmosDataContributor}'
    scope: cosmos.id
  }
}
