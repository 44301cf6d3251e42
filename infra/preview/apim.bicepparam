using '../apim.bicep'

param publisherEmail = 'somebody@example.com'
param insightsName = 'appi-preview'
param labKey = 'a-key-that-opens-nothing'
param location = 'eastus2'
