metadata description = 'What whoever delivers events may do: add messages to one queue, write dead letters into one container.'

@description('Required. Name of the storage account.')
param accountName string

@description('Required. Object id of the identity.')
param principalId string

@description('Required. Id of what has the identity: names the assignments, so that a repeated deployment finds them.')
param assigneeId string

@description('Required. Whether events go into the queue.')
param fillsQueue bool

var names = loadJsonContent('../../shared/names.json')
// Adds messages, and cannot read one.
var queueMessageSender = 'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a'
// Writes dead letters; there is no role that only writes.
var blobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'

resource account 'Microsoft.Storage/storageAccounts@2025-08-01' existing = {
  name: accountName

  resource queueService 'queueServices' existing = {
    name: 'default'

    resource queue 'queues' existing = {
      name: names.graphEventsQueue
    }
  }

  resource blobService 'blobServices' existing = {
    name: 'default'

    resource container 'containers' existing = {
      name: names.deadLettersContainer
    }
  }
}

resource onQueue 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (fillsQueue) {
  scope: account::queueService::queue
  name: guid(account::queueService::queue.id, assigneeId, queueMessageSender)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', queueMessageSender)
  }
}

resource onContainer 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account::blobService::container
  name: guid(account::blobService::container.id, assigneeId, blobDataContributor)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataContributor)
  }
}
