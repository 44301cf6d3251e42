using '../apis.bicep'

param pools = base64(string(loadJsonContent('../../pools.json')))
param poolPolicy = base64(loadTextContent('../policies/pool.xml'))
param gatewayPolicy = base64(loadTextContent('../policies/gateway.xml'))
param errorFragment = base64(loadTextContent('../policies/api-error.xml'))
param serviceName = 'apim-preview'
param accountPrefix = 'sessionaware-preview'
param environmentDomain = 'preview.example'
param gatewayAudience = 'https://cognitiveservices.azure.com'
param location = 'eastus2'
