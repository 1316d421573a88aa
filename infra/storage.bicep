metadata description = 'One storage account: the queues with their poison queues, and the tables.'

@description('Required. Unique in all of Azure: 3-24 lower-case letters and digits.')
@minLength(3)
@maxLength(24)
param accountName string

@description('Required. Region.')
param location string

@description('Required. Tags of the account.')
param tags object

var names = loadJsonContent('../shared/names.json') // the file that TypeScript imports: no rename on one side only
var queues = [names.refreshQueue, names.subscriptionsQueue, names.graphEventsQueue]
var poisonQueues = [for queue in queues: '${queue}${names.poisonSuffix}']

resource account 'Microsoft.Storage/storageAccounts@2025-08-01' = {
  name: accountName
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' } // every row can be rebuilt from Graph
  properties: {
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }

  resource queueService 'queueServices' = {
    name: 'default'
    resource queue 'queues' = [for name in concat(queues, poisonQueues): { name: name }]
  }

  resource tableService 'tableServices' = {
    name: 'default'
    resource table 'tables' = [for name in [names.calendarsTable, names.subscriptionsTable]: { name: name }]
  }
}

@description('Queue endpoint.')
output queueServiceUri string = account.properties.primaryEndpoints.queue

@description('Table endpoint.')
output tableServiceUri string = account.properties.primaryEndpoints.table
