// The gateway's session store: the container as the gateway itself would make it, which an identity for data may not.

param location string

resource account 'Microsoft.DocumentDB/databaseAccounts@2024-11-15' = {
  name: 'cosmos-${uniqueString(resourceGroup().id)}'
  location: location
  kind: 'GlobalDocumentDB'
  properties: {
    databaseAccountOfferType: 'Standard'
    capabilities: [{ name: 'EnableServerless' }]
    consistencyPolicy: { defaultConsistencyLevel: 'Session' }
    locations: [{ locationName: location, failoverPriority: 0 }]
    disableLocalAuth: true
    minimalTlsVersion: 'Tls12'
  }
}

resource database 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases@2024-11-15' = {
  parent: account
  name: 'sessionaware'
  properties: { resource: { id: 'sessionaware' } }
}

resource container 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers@2024-11-15' = {
  parent: database
  name: 'sessions'
  properties: {
    resource: {
      id: 'sessions'
      partitionKey: { kind: 'Hash', paths: ['/partition'], version: 2 }
      // On, and each document says for itself.
      defaultTtl: -1
      indexingPolicy: {
        indexingMode: 'consistent'
        automatic: true
        includedPaths: [
          { path: '/type/?' }
          { path: '/owner/?' }
          { path: '/session/?' }
          { path: '/created/?' }
          { path: '/expires/?' }
          { path: '/items/[]/?' }
        ]
        excludedPaths: [{ path: '/*' }]
      }
    }
  }
}

output accountName string = account.name
@description('The gateway\'s connection string cosmos: an address without a key.')
output endpoint string = account.properties.documentEndpoint
