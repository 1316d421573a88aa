metadata description = 'The operator\'s view in the portal: one workbook, opened from Application Insights. Its JSON is made by `npm run workbook` from the queries in queries/workbook.'

@description('Required. Region.')
param location string

@description('Required. Tags.')
param tags { *: string }

@description('Required. First part of names: tells the workbooks of several deployments apart.')
param namePrefix string

@description('Optional. Name that the portal shows.')
param displayName string = 'Outlook Availability'

@description('Required. Id of the Log Analytics workspace that the app logs into.')
param workspaceId string

@description('Required. Id of the Application Insights component beside which the workbook is listed.')
param appInsightsId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, namePrefix, 'workbook') // a workbook's name is a GUID
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: displayName
    category: 'workbook'
    sourceId: appInsightsId
    serializedData: replace(loadTextContent('workbook.json'), 'LOG_WORKSPACE_ID', workspaceId)
  }
}

@description('Id of the workbook.')
output workbookId string = workbook.id
