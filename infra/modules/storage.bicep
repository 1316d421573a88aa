import { tagsType } from 'types.bicep'

metadata description = 'One storage account: the queues with their poison queues, the tables, the app\'s package and the dead letters.'

@description('Required. Unique in all of Azure: 3-24 lower-case letters and digits.')
@minLength(3)
@maxLength(24)
param accountName string

@description('Required. Region.')
param location string

@description('Required. Tags of the account.')
param tags tagsType

@description('Required. Copies of the data: within one data centre, or over the zones of the region.')
@allowed(['Standard_LRS', 'Standard_ZRS'])
param skuName string

@description('Required. Whether only private endpoints reach the account.')
param isPrivate bool

@description('Required. Whether Event Grid writes to the account: then its door stays open beside the private endpoints, to trusted services with a role only.')
param takesEvents bool

@description('Required. Days after which a dead letter is deleted.')
@minValue(1)
@maxValue(365)
param deadLetterDays int

@description('Required. Whether the account is locked against deletion.')
param locked bool

var names = loadJsonContent('../../shared/names.json') // the file that TypeScript imports: no rename on one side only
var queues = map(filter(items(names), entry => endsWith(entry.key, 'Queue')), entry => entry.value)
var tables = map(filter(items(names), entry => endsWith(entry.key, 'Table')), entry => entry.value)
var containers = map(filter(items(names), entry => endsWith(entry.key, 'Container')), entry => entry.value)
// The host would make a poison queue at the first failure; made here, its length can be watched from the first day.
var poisonQueues = map(queues, queue => '${queue}${names.poisonSuffix}')

resource account 'Microsoft.Storage/storageAccounts@2025-08-01' = {
  name: accountName
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: skuName } // every row can be rebuilt from Graph, and watched again
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: isPrivate && !takesEvents ? 'Disabled' : 'Enabled'
    networkAcls: { defaultAction: isPrivate ? 'Deny' : 'Allow', bypass: takesEvents ? 'AzureServices' : 'None' }
  }

  resource blobService 'blobServices' = {
    name: 'default'
    resource container 'containers' = [for name in containers: { name: name, properties: { publicAccess: 'None' } }]
  }

  resource queueService 'queueServices' = {
    name: 'default'
    resource queue 'queues' = [for name in concat(queues, poisonQueues): { name: name }]
  }

  resource tableService 'tableServices' = {
    name: 'default'
    resource table 'tables' = [for name in tables: { name: name }]
  }

  // A dead letter holds a clientState: it is kept for as long as somebody may look into it, and no longer.
  resource lifecycle 'managementPolicies' = {
    name: 'default'
    properties: {
      policy: {
        rules: [
          {
            name: 'delete-dead-letters'
            enabled: true
            type: 'Lifecycle'
            definition: {
              filters: { blobTypes: ['blockBlob'], prefixMatch: ['${names.deadLettersContainer}/'] }
              actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: deadLetterDays } } }
            }
          }
        ]
      }
    }
  }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (locked) {
  scope: account
  name: 'keep-${accountName}'
  properties: { level: 'CanNotDelete', notes: 'Holds what is known of every watched calendar.' }
}

@description('Blob endpoint, for the app setting AzureWebJobsStorage__blobServiceUri and for the app\'s package.')
output blobServiceUri string = account.properties.primaryEndpoints.blob

@description('Queue endpoint, for the app setting AzureWebJobsStorage__queueServiceUri.')
output queueServiceUri string = account.properties.primaryEndpoints.queue

@description('Table endpoint, for the app setting AzureWebJobsStorage__tableServiceUri.')
output tableServiceUri string = account.properties.primaryEndpoints.table
