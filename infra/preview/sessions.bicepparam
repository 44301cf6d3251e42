using '../sessions.bicep'

param location = 'eastus2'
