using '../monitoring.bicep'

param location = 'eastus2'
