using '../foundry.bicep'

param pools = base64(string(loadJsonContent('../../pools.json')))
param location = 'eastus2'
