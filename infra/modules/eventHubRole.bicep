metadata description = 'Lets the app read one event hub, which somebody else has made.'

@description('Required. Name of the Event Hubs namespace, in this resource group.')
param namespaceName string

@description('Required. Name of the event hub.')
param eventHubName string

@description('Required. Object id of the app\'s identity.')
param principalId string

@description('Required. Id of that identity: names the assignment, so that a repeated deployment finds it.')
param assigneeId string

// Reads events of this one hub, and can send none.
var eventHubsDataReceiver = 'a638d3c7-ab3a-418d-83e6-5f17a39d4fde'

resource namespace 'Microsoft.EventHub/namespaces@2024-01-01' existing = {
  name: namespaceName

  resource eventHub 'eventhubs' existing = {
    name: eventHubName
  }
}

resource onEventHub 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: namespace::eventHub
  name: guid(namespace::eventHub.id, assigneeId, eventHubsDataReceiver)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', eventHubsDataReceiver)
  }
}
