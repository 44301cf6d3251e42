using '../roles.bicep'

param pools = base64(string(loadJsonContent('../../pools.json')))
param accountPrefix = 'sessionaware-preview'
param cosmosAccountName = 'cosmos-preview'
param insightsName = 'appi-preview'
param apimPrincipalId = '00000000-0000-0000-0000-00000000a91a'
param gatewayPrincipalId = '00000000-0000-0000-0000-00000000ea7e'
param location = 'eastus2'
