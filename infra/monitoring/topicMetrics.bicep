metadata description = 'Sends a partner topic\'s metrics to the workspace, where the alert on dead letters looks for them.'

@description('Required. Name of a partner topic that exists.')
param topicName string

@description('Required. Id of the Log Analytics workspace.')
param workspaceId string

resource topic 'Microsoft.EventGrid/partnerTopics@2025-02-15' existing = {
  name: topicName
}

#disable-next-line use-recent-api-versions // the newest that there is
resource metrics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: topic
  name: 'metrics'
  properties: {
    workspaceId: workspaceId
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}
