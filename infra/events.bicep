metadata description = 'Second stage, for NOTIFICATION_DOOR=eventGrid: from the partner topics that Microsoft Graph has created to the app. The topics must be there and have their identity: npm run events:setup sees to both, and deploys this.'

@description('Required. Names of the partner topics in this resource group.')
@minLength(1)
@maxLength(10)
param partnerTopicNames string[]

@description('Required. Name of the storage account of main.bicep.')
param storageAccountName string

@description('Required. Name of the function app of main.bicep.')
param functionAppName string

@description('Required for UserAssigned. Name of the identity that Event Grid delivers as: DELIVERY_IDENTITY_NAME of main.bicep.')
param deliveryIdentityName string = ''

@description('Optional. Where events go: into the queue, or straight to the function graphEvents.')
@allowed(['queue', 'function'])
param eventDelivery string = 'queue'

@description('Optional. Identity of the topics. SystemAssigned where storage takes only private traffic. None, if a topic takes no identity, leaves only delivery to the function, without dead letters.')
@allowed(['UserAssigned', 'SystemAssigned', 'None'])
param topicIdentity string = 'UserAssigned'

@description('Optional. Id of the Log Analytics workspace, LOG_WORKSPACE_ID of main.bicep: topics tell it of dead letters. None: they do not, and no alert comes of them.')
param workspaceId string = ''

@description('Optional. Times that Event Grid tries to deliver an event.')
@minValue(1)
@maxValue(30)
param maxDeliveryAttempts int = 30

@description('Optional. Minutes for which it tries.')
@minValue(1)
@maxValue(1440)
param eventTimeToLiveMinutes int = 1440

var names = loadJsonContent('../shared/names.json')
var isUserAssigned = topicIdentity == 'UserAssigned'
var identityName = !isUserAssigned
  ? 'none'
  : empty(deliveryIdentityName)
      ? fail('deliveryIdentityName is empty; set it to the output DELIVERY_IDENTITY_NAME of main.bicep')
      : deliveryIdentityName
var fillsQueue = eventDelivery == 'queue' && topicIdentity == 'None'
  ? fail('topicIdentity None cannot fill a queue: the storage account takes no keys; set eventDelivery to function, or give the topic an identity')
  : eventDelivery == 'queue'
var identity = isUserAssigned
  ? { type: topicIdentity, userAssignedIdentity: deliveryIdentity.id }
  : { type: topicIdentity }
var delivery = fillsQueue
  ? {
      deliveryWithResourceIdentity: {
        identity: identity
        destination: {
          endpointType: 'StorageQueue'
          properties: {
            resourceId: account.id
            queueName: names.graphEventsQueue
            queueMessageTimeToLiveInSeconds: 604800 // seven days, the queue's own longest
          }
        }
      }
    }
  : {
      destination: {
        endpointType: 'AzureFunction'
        properties: {
          resourceId: resourceId('Microsoft.Web/sites/functions', functionAppName, 'graphEvents')
          maxEventsPerBatch: 1
        }
      }
    }
var deadLetters = topicIdentity == 'None'
  ? {}
  : {
      deadLetterWithResourceIdentity: {
        identity: identity
        deadLetterDestination: {
          endpointType: 'StorageBlob'
          properties: { resourceId: account.id, blobContainerName: names.deadLettersContainer }
        }
      }
    }

resource account 'Microsoft.Storage/storageAccounts@2025-08-01' existing = {
  name: storageAccountName
}

resource deliveryIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = if (isUserAssigned) {
  name: identityName
}

resource topics 'Microsoft.EventGrid/partnerTopics@2025-02-15' existing = [
  for name in partnerTopicNames: {
    name: name
  }
]

module rolesOfIdentity 'modules/deliveryRoles.bicep' = if (isUserAssigned) {
  params: {
    accountName: storageAccountName
    principalId: deliveryIdentity!.properties.principalId
    assigneeId: deliveryIdentity.id
    fillsQueue: fillsQueue
  }
}

module rolesOfTopics 'modules/deliveryRoles.bicep' = [
  for (name, index) in partnerTopicNames: if (topicIdentity == 'SystemAssigned') {
    name: 'rolesOfTopic-${index}'
    params: {
      accountName: storageAccountName
      principalId: topics[index].identity.principalId
      assigneeId: topics[index].id
      fillsQueue: fillsQueue
    }
  }
]

// No filter on event types: lifecycle events come through the same topic, and the app tells them apart.
resource subscriptions 'Microsoft.EventGrid/partnerTopics/eventSubscriptions@2025-02-15' = [
  for (name, index) in partnerTopicNames: {
    parent: topics[index]
    name: 'to-app' // one name for both ways, so that the other way's subscription is replaced
    properties: union(
      {
        eventDeliverySchema: 'CloudEventSchemaV1_0'
        retryPolicy: { maxDeliveryAttempts: maxDeliveryAttempts, eventTimeToLiveInMinutes: eventTimeToLiveMinutes }
      },
      delivery,
      deadLetters
    )
    dependsOn: [rolesOfIdentity, rolesOfTopics]
  }
]

module metrics 'monitoring/topicMetrics.bicep' = [
  for (name, index) in partnerTopicNames: if (!empty(workspaceId)) {
    name: 'metricsOfTopic-${index}'
    params: { topicName: name, workspaceId: workspaceId }
  }
]

@description('Ids of the event subscriptions.')
output EVENT_SUBSCRIPTION_IDS string[] = [for (name, index) in partnerTopicNames: subscriptions[index].id]
